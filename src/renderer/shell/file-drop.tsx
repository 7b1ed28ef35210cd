// A YAML file dropped anywhere on the window is applied.
import { useEffect, useState, type ReactElement } from 'react';
import { useWords } from '../locales/words.ts';
import { applyManifest } from '../panels/apply/apply-manifest.ts';
import { useStores } from '../stores/stores.ts';

export function FileDrop(): ReactElement | null {
  const t = useWords();
  const stores = useStores();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = async (event: DragEvent): Promise<void> => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(false);
      for (const file of event.dataTransfer?.files ?? []) {
        const answer = await applyManifest(stores, await file.text());
        stores.view.say({ text: `${file.name}: ${answer.text}`, kubectl: `kubectl apply -f ${file.name}`, isRefusal: answer.isRefusal });
      }
    };
    const onDrop = (event: DragEvent): void => void drop(event);
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', onDrop);
    };
  }, [stores]);
  if (!isOver) return null;
  return <div className="file-over">{t('apply.dropHere', { name: 'YAML' })}</div>;
}

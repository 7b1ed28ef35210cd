// What scripts in containers may rely on, as tables of script and output.
import { expect, test } from 'vitest';
import { MemoryTree } from '../../volumes/memory-tree.ts';
import { TestWorld } from '../../testing/test-world.ts';

/** Runs a script in a container and gives what it wrote and its exit code. */
function run(script: string, shell = 'sh', image = 'busybox'): string {
  const world = new TestWorld(1);
  const container = world.start('worker-1', { image, command: [shell, '-c', script], env: { NAME: 'kube' } });
  world.run(600);
  const code = container.status().exitCode;
  return `${container.logs()}${code === 0 ? '' : `${container.logs() === '' ? '' : '\n'}[${code ?? 'runs'}]`}`;
}

test.each([
  ['echo hello', 'hello'],
  ['echo "a  b" c   d', 'a  b c d'],
  [`echo 'single $NAME' "double $NAME" \${NAME}s`, 'single $NAME double kube kubes'],
  ['x=$(echo one; echo two); echo $x; echo "$x"', 'one two\none\ntwo'],
  ['echo $((1 + 2 * 3)) $((10 % 4)) $((2 ** 5)) $((7 / 2)) $((3 > 2 ? 5 : 6))', '7 2 32 3 5'],
  ['i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done', '0\n1\n2'],
  ['for x in a "b c" d; do echo "<$x>"; done', '<a>\n<b c>\n<d>'],
  ['if [ -f /nope ]; then echo yes; elif test -d /tmp; then echo dir; else echo no; fi', 'dir'],
  ['case $NAME in a*) echo A;; k*|x) echo K;; *) echo other;; esac', 'K'],
  ['f() { local y=$1; echo "f $y $#"; return 3; }; f one two; echo $?', 'f one 2\n3'],
  ['false || echo or; true && echo and; ! false && echo not', 'or\nand\nnot'],
  ['echo one two three | wc -w | tr -d " "', '3'],
  ['printf "%s-%03d\\n" a 7 b 8', 'a-007\nb-008'],
  ['echo text > /tmp/f; echo more >> /tmp/f; cat /tmp/f; wc -l < /tmp/f', 'text\nmore\n2'],
  ['cat <<EOF\nhello $NAME\n$((1+1))\nEOF', 'hello kube\n2'],
  ["cat <<'EOF'\nhello $NAME\nEOF", 'hello $NAME'],
  ['ls /nope 2>/dev/null; echo $?', '1'],
  ['ls /nope', 'ls: /nope: No such file or directory\n[1]'],
  ['nosuch; echo $?', 'sh: nosuch: not found\n127'],
  ['echo ${NAME:-x} ${NONE:-x} ${NAME:+y} ${#NAME} ${NAME%be} ${NAME#k}', 'kube x y 4 ku ube'],
  ['p=/a/b/c.tar.gz; echo ${p##*/} ${p%/*} ${p%%.*} ${p%.*}', 'c.tar.gz /a/b /a/b/c /a/b/c.tar'],
  ['set -e; echo a; false; echo b', 'a\n[1]'],
  ['set -e; false || true; if false; then :; fi; echo fine', 'fine'],
  ['trap "echo bye" EXIT; echo hi; exit 4', 'hi\nbye\n[4]'],
  ['sleep 5 & sleep 1; echo first; wait; echo second', 'first\nsecond'],
  ['(sleep 2; echo bg) & echo fg; wait; echo end', 'fg\nbg\nend'],
  ['sleep 100 & kill $!; wait $!; echo $?', '143'],
  ['yes | head -n 2', 'y\ny'],
  ['seq 1 5 | while read n; do [ $n = 4 ] && break; echo "n $n"; done', 'n 1\nn 2\nn 3'],
  ['for i in 1 2 3; do [ $i -eq 2 ] && continue; echo $i; done', '1\n3'],
  ['echo "a:b:c" | cut -d: -f2; echo "b a" | tr " " "\\n" | sort', 'b\na\nb'],
  ['echo hello | sed "s/l/L/g"; echo "k v" | awk \'{print $2, NR}\'', 'heLLo\nv 1'],
  ['printf "a 1\\nb 2\\na 3\\n" | awk \'/a/ {s+=$2} END {print "sum", s}\'', 'sum 4'],
  ['touch /tmp/b /tmp/a; cd /tmp; echo *', 'a b'],
  ['export X=1; env | grep ^X=; unset X; env | grep -c ^X=', 'X=1\n0\n[1]'],
  ['eval "echo $NAME"; sh -c \'echo "$0 $1"\' a b', 'kube\na b'],
  ['set -- a "b c"; echo $#; for x in "$@"; do echo "<$x>"; done; shift; echo $1', '2\n<a>\n<b c>\nb c'],
  ['echo -en "a\\tb\\n"; echo -n no; echo', 'a\tb\nno'],
  ['expr 3 + 4; basename /x/y.txt .txt; dirname /x/y', '7\ny\n/x'],
  ['date -u +%Y-%m-%dT%H:%M; sleep 61; date +%M', '2026-01-01T09:00\n01'],
  ['x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x', '2\n1\n3'],
  ['timeout 3 sleep 10; echo $?', '124'],
  ['if ! grep -q root /etc/passwd; then echo none; else echo root; fi', 'root'],
  ['while true; do :; done & sleep 1; kill $!; echo stopped', 'stopped'],
  ['echo "unterminated', 'sh: syntax error: unterminated quoted string\n[2]'],
])('sh -c %j', (script, expected) => {
  expect(run(script)).toBe(expected);
});

test.each([
  ['items=(foo bar baz); echo ${items[1]} ${#items[@]} "${items[@]}"', 'bar 3 foo bar baz'],
  ['[[ web-12 =~ -([0-9]+)$ ]] && echo ${BASH_REMATCH[1]}', '12'],
  ['[[ abc == a* && -d /tmp ]] && echo yes', 'yes'],
  ['for ((i = 0; i < 3; i++)); do echo $i; done', '0\n1\n2'],
  ['for i in {1..3} x{a,b}; do echo -n "$i "; done; echo', '1 2 3 xa xb '],
  ['x=hello; echo ${x^^} ${x/l/L} ${x//l/L} ${x:1:3}', 'HELLO heLlo heLLo ell'],
  ['set -o pipefail; false | true; echo $?', '1'],
  ['read a b <<< "one two three"; echo "$a|$b"', 'one|two three'],
  ['((x = 3, x > 2)) && echo big $x', 'big 3'],
  ['echo "Hello world!" && sleep 5 && exit 42', 'Hello world!\n[42]'],
])('bash -c %j', (script, expected) => {
  expect(run(script, 'bash', 'debian')).toBe(expected);
});

test('a follower sees what another container writes into a shared volume', () => {
  const world = new TestWorld(1);
  const volume = MemoryTree.empty();
  const mounts = [{ containerPath: '/var/log', source: volume, isReadOnly: false }];
  const follower = world.start('worker-1', {
    image: 'busybox',
    mounts,
    args: ['/bin/sh', '-c', 'tail -n+1 -F /var/log/1.log | while read line; do echo "adapted: $line"; done'],
  });
  world.start('worker-1', {
    image: 'busybox',
    mounts,
    command: ['sh', '-c', 'for i in 1 2 3; do echo "line $i" >> /var/log/1.log; sleep 2; done'],
  });
  world.run(10);
  expect(follower.logs()).toBe(
    "tail: can't open '/var/log/1.log': No such file or directory\nadapted: line 1\nadapted: line 2\nadapted: line 3",
  );
});

test('an endless loop does not hold virtual time, and shows as load', () => {
  const world = new TestWorld(1);
  const container = world.start('worker-1', { image: 'busybox', command: ['sh', '-c', 'while true; do i=$((i+1)); done'] });
  world.run(60);
  expect(container.machine.runtime.containerUsage(container.id)?.cpuMillicores).toBeGreaterThan(800);
});

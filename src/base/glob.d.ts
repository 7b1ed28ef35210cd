// What the bundler offers to registries: every module that matches a pattern, read at build time.
interface ImportMeta {
  glob<T>(pattern: string | readonly string[], options: { eager: true; import?: string }): Record<string, T>;
}

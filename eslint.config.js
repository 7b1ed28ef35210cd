// What the linter holds the code to; layers, names and bans are in build/tidy.
import eslint from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const engine = ['src/{base,simulation,kubernetes,world,cluster,curriculum,contract}/**/*.ts', 'src/host/{session,feed}/**/*.ts'];

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', '.cache/', 'dist/', '**/*.d.ts'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true, destructuredArrayIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'require-yield': 'off',
      'no-constant-condition': ['error', { checkLoops: false }],
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-control-regex': 'off',
    },
  },
  {
    files: engine,
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-globals': ['error', 'Date', 'Intl', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'process', 'console', 'document', 'window'],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Chance comes from the context.' }],
      'no-restricted-syntax': ['error', { selector: 'CallExpression[callee.property.name="localeCompare"]', message: 'Order must be the same on every system.' }, { selector: 'AwaitExpression', message: 'The engine waits with tasks, not promises.' }],
    },
  },
  { files: ['src/renderer/**/*.{ts,tsx}'], plugins: { 'react-hooks': hooks }, // Lists are virtualised by a library that the React compiler cannot follow; the compiler is not used.
  rules: { ...hooks.configs.recommended.rules, 'react-hooks/incompatible-library': 'off' } },
  { files: ['build/**/*.mjs', '*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly', setTimeout: 'readonly' } } },
);

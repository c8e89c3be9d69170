import tseslint from 'typescript-eslint';

const pureRooms = ['schema/**', 'shell/**', 'catalog/**', 'plan/**', 'report/**'];

export default tseslint.config(
  { ignores: ['node_modules', 'dist', '**/*.cjs', '**/*.mjs', 'examples', 'test/package/project'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // It rejects defineUpdate<void, ...>, which is how Temporal spells "an update without an answer".
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: pureRooms,
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'This room is pure: it reads no environment. Pass the value in.' },
        { name: 'setTimeout', message: 'This room has no clock. The executor waits; a plan only says how long.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Planning has no clock. Pass the instant in.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Planning has no clock. Pass the instant in.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Planning has no randomness: the same facts give the same digest.',
        },
      ],
    },
  },
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);

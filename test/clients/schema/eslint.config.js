import { fileURLToPath } from 'node:url';
import graphql from '@graphql-eslint/eslint-plugin';

const SCHEMA = fileURLToPath(new URL('../../../schema.graphql', import.meta.url));

const { configs, parser, rules } = graphql;

/** The sets of rules for schemas and for Relay, but for these. */
const OTHER_RULES = {
  // Lists that are always complete, such as the tools of an assistant, need no cursors.
  '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
  // Only objects that `node` can load have an ID. The others belong to one of these.
  '@graphql-eslint/strict-id-in-types': 'off',
  // `toolCallId` has one name everywhere, in ToolCall too.
  '@graphql-eslint/no-typename-prefix': 'off',
};

export default [
  {
    files: ['**/*.graphql'],
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema: SCHEMA } } },
    plugins: { '@graphql-eslint': { rules } },
    rules: {
      ...configs['flat/schema-recommended'].rules,
      ...configs['flat/schema-relay'].rules,
      ...OTHER_RULES,
    },
  },
];

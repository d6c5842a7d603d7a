import { defineConfig } from '@kubb/core'
import { pluginClient } from '@kubb/plugin-client'
import { pluginOas } from '@kubb/plugin-oas'
import { pluginTs } from '@kubb/plugin-ts'

export default defineConfig(
  process.env.CONTRACTS.split(' ').map((name) => ({
    name,
    root: '.',
    input: { path: `./documents/${name}.openapi.json` },
    output: { path: `./typescript/kubb/${name}`, clean: true },
    plugins: [
      pluginOas({ validate: false }),
      pluginTs({ output: { path: 'types' } }),
      pluginClient({ output: { path: 'clients' }, client: 'fetch', bundle: true }),
    ],
  })),
)

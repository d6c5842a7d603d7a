import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig(
  process.env.CONTRACTS.split(' ').map((name) => ({
    input: `./documents/${name}.openapi.json`,
    output: `./typescript/hey-api/${name}`,
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    logs: { file: false },
  })),
)

import { defineConfig } from 'vitest/config'

const common = { disableConsoleIntercept: true, env: { NO_COLOR: '1' }, testTimeout: 20_000, hookTimeout: 60_000 }
const project = (name: string, include: string[], more: object = {}) => ({
  test: { ...common, name, include, ...more },
})

export default defineConfig({
  test: {
    reporters: ['default', './test/rig/closing-line.ts'],
    projects: [
      project('architecture', ['test/architecture/**/*.test.ts']),
      project('unit', ['test/**/*.test.ts'], { exclude: ['test/{architecture,e2e,cluster}/**'] }),
      project('e2e', ['test/e2e/**/*.test.ts'], { testTimeout: 60_000 }),
      project('cluster', ['test/cluster/**/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
    ],
  },
})

import { spawnSync } from 'node:child_process'

// Jest runs ES modules through vm modules, which Node still calls experimental.
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
const jest = ['node_modules/jest/bin/jest.js', ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, [...flags, ...jest], { stdio: 'inherit' }).status ?? 1)

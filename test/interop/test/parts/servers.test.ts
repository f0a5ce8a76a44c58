import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { SERVER_NAMES } from '../../src/behaviour.js'
import { MOTO } from '../../src/moto.js'
import { canIsolate } from '../../src/network-namespace.js'
import { installedFile } from '../../src/part-files.js'
import { ANYBODY, postForm } from '../../src/server-access.js'
import { serverBehaviours } from '../../src/server-behaviour.js'
import { type RunningServer, type ServerProgram, startServer } from '../../src/server-process.js'
import { shownFindings } from '../../src/server-suite.js'
import { type ServerKind, startServerUnderTest } from '../../src/server-under-test.js'

describe('the table of what servers do', () => {
  test('has a finding for every server and aspect, and says what Signport makes of it', () => {
    for (const { behaviour, signport } of serverBehaviours()) {
      expect(behaviour).not.toMatch(/undefined/)
      expect(signport).not.toBe('')
    }
  })

  test('has no finding that nothing shows, and nothing shows what no server does', () => {
    const found = serverBehaviours().map(({ aspect, finding }) => `${aspect} ${finding}`)
    const shown = shownFindings().map((each) => each.join(' '))
    expect([...shown].sort()).toEqual([...new Set(found)].sort())
  })

  test.each(SERVER_NAMES)('is shown for %s', (name) => {
    expect(existsSync(fileURLToPath(new URL(`${name}.test.ts`, import.meta.url)))).toBe(true)
  })
})

/** A server that says who it is. */
const programOf = (script: string, rest: Partial<ServerProgram> = {}): ServerProgram => ({
  name: 'sample',
  command: (port, folder) => [process.execPath, '-e', script, String(port), folder],
  ...rest,
})

const LISTENING = (host: string) =>
  `require('node:http').createServer((_, response) => response.end(JSON.stringify({ pid: process.pid, folder: process.cwd() })))
    .listen(Number(process.argv[1]), '${host}')`

interface Sample {
  readonly pid: number
  readonly folder: string
}

const ask = async ({ url }: RunningServer) =>
  (await (await fetch(url, { headers: { connection: 'close' } })).json()) as Sample

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const opened = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return opened
}

describe('a server of somebody else', () => {
  const running: RunningServer[] = []
  const start = async (program: ServerProgram) => {
    const server = await startServer(program)
    running.push(server)
    return server
  }
  afterEach(async () => {
    for (const server of running.splice(0)) await server.close()
  })

  test('runs until it is closed, in a folder that goes with it', async () => {
    const server = await startServer(programOf(LISTENING('127.0.0.1')))
    const { pid, folder } = await ask(server)
    expect(isAlive(pid)).toBe(true)
    expect(existsSync(folder)).toBe(true)
    await server.close()
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(folder)).toBe(false)
    expect(await isOpen(Number(new URL(server.url).port))).toBe(false)
  })

  test('is ended also when it does not want to', async () => {
    const script = `process.on('SIGTERM', () => {}); ${LISTENING('127.0.0.1')}`
    const server = await startServer(programOf(script))
    const { pid } = await ask(server)
    await server.close()
    expect(isAlive(pid)).toBe(false)
  })

  test('that ends before it answers is an error with what it said', async () => {
    const program = programOf(`console.error('there is no such setting'); process.exit(3)`)
    await expect(startServer(program)).rejects.toThrow(
      /sample did not start: it has ended.*there is no such setting/s,
    )
  })

  test('that is not there is an error', async () => {
    const program: ServerProgram = { name: 'nothing', command: () => ['signport-has-no-such-program'] }
    await expect(startServer(program)).rejects.toThrow(/nothing did not start.*signport-has-no-such-program/s)
  })

  test('gets another port where somebody was faster', async () => {
    const ports: number[] = []
    const listening = programOf(LISTENING('127.0.0.1'))
    const program: ServerProgram = {
      name: 'late',
      command(port, folder) {
        ports.push(port)
        if (ports.length > 1) return listening.command(port, folder)
        return programOf(`console.error('Address already in use'); process.exit(1)`).command(port, folder)
      },
    }
    const server = await start(program)
    expect(ports).toHaveLength(2)
    expect((await ask(server)).pid).toBeGreaterThan(0)
    expect(server.url).toBe(`http://127.0.0.1:${ports[1]}`)
  })

  test('is not started once more when its time is over', async () => {
    const ports: number[] = []
    const program: ServerProgram = {
      name: 'slow',
      command(port, folder) {
        ports.push(port)
        const script = `console.error('Address already in use'); setInterval(() => {}, 1_000)`
        return programOf(script).command(port, folder)
      },
    }
    await expect(startServer(program, 1_000)).rejects.toThrow(/slow did not start: no answer in time/)
    expect(ports).toHaveLength(1)
  })

  test('whose program is not installed is an error, and leaves no folder', async () => {
    let left = ''
    const program: ServerProgram = {
      name: 'nowhere',
      command(_port, folder) {
        left = folder
        return [installedFile('nowhere/bin/python')]
      },
    }
    await expect(startServer(program)).rejects.toThrow('`npm run test:interop` installs it')
    expect(left).toContain('signport-nowhere-')
    expect(existsSync(left)).toBe(false)
  })

  test('that takes a form and says nothing to it is an error with what it wrote, and is ended', async () => {
    const script = `console.error('a form', process.pid)
      require('node:http').createServer((request, response) => request.method === 'GET' && response.end())
        .listen(Number(process.argv[1]), '127.0.0.1')`
    const kind: ServerKind = {
      ...MOTO,
      ...programOf(script),
      name: 'moto',
      prepare: async (url, signal) => ({ ...ANYBODY, answer: await postForm(url, 'a form', signal) }),
    }
    const error: unknown = await startServerUnderTest(kind, 200).catch((reason: unknown) => reason)
    const said = /moto could not be made ready: http:.* gave no answer to a POST in time.\na form (\d+)/
    const [, pid] = said.exec(String(error)) ?? [String(error)]
    expect(pid).toMatch(/^\d+$/)
    expect(isAlive(Number(pid))).toBe(false)
  })

  test('that listens on all interfaces is alone with the test where the system permits that', async () => {
    let own = 0
    const listening = programOf(LISTENING('0.0.0.0'))
    const server = await start({
      name: 'everywhere',
      everywhere: true,
      command(port, folder) {
        own = port
        return listening.command(port, folder)
      },
    })
    expect((await ask(server)).pid).toBeGreaterThan(0)
    expect(await isOpen(own)).toBe(!canIsolate())
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server)))
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1)
  })
})

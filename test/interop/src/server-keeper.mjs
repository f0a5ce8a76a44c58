/**
 * Runs a server for as long as somebody wants it: server-keeper.mjs [--relay SOCKET PORT] COMMAND [ARGUMENT…]
 *
 * The server ends when standard input does, which happens whatever becomes of the test that holds the other end, and when
 * this process is told to end. With --relay, this process is in a network namespace of its own, whose loopback it sets up;
 * each connection to SOCKET, which lies in the file system and so in all namespaces, goes to PORT of 127.0.0.1 in this one.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream'

/** How long a server may take to end by itself, in milliseconds. */
const PATIENCE_MS = 3_000

const args = process.argv.slice(2)
const relayed = args[0] === '--relay' ? args.splice(0, 3) : undefined

if (relayed) {
  const [, socket, port] = relayed
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  const relay = createServer((outer) => join(outer, connect(Number(port), '127.0.0.1')))
  // Before there is a server that would be left behind.
  await once(relay.listen(socket), 'listening')
}

const [command, ...options] = args
const server = spawn(command, options, { stdio: ['ignore', 'inherit', 'inherit'] })
server.on('error', (error) => stop(`${command} could not be started: ${error.message}`))
server.on('exit', (status, signal) => stop(`${command} has ended with ${status ?? signal}.`, status ?? 1))

process.on('exit', () => server.kill('SIGKILL'))
process.stdin.on('end', end).on('error', end).resume()
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end)

function join(one, other) {
  // A connection that breaks is for those who use it to notice.
  pipeline(one, other, () => {})
  pipeline(other, one, () => {})
}

function end() {
  server.kill('SIGTERM')
  setTimeout(() => server.kill('SIGKILL'), PATIENCE_MS).unref()
}

function stop(text, status = 1) {
  process.stderr.write(`${text}\n`)
  process.exit(status)
}

import { describe, expect, test } from '@jest/globals'
import { type Signature, type Signer, SigningError } from '@signport/core'
import { injectSigner, SIGNER, SignerRegistry, signerModule, VERIFIER } from '@signport/inversify'
import { Container, injectable, preDestroy } from 'inversify'
import { failureOf } from './support/failure.js'
import { openTestSigners } from './support/signers.js'

const NAMES = ['invoices', 'receipts', 'releases']
const message = Buffer.from('4,711 bolts')

/** What somebody may have done with a container before it is disposed of. */
const USES: Record<string, (container: Container) => unknown> = {
  nothing: () => undefined,
  'the resolution of one signer': (container) => container.get(SIGNER('receipts')),
  'the resolution of every token': (container) =>
    NAMES.map((name) => [
      container.get(SIGNER(name)),
      container.get(VERIFIER(name)),
      container.get(SignerRegistry),
    ]),
  'the resolution of one verifier': (container) => container.get(VERIFIER('partner')),
  'the resolution of the registry': (container) => container.get(SignerRegistry),
  'a signature': (container) => container.get(SIGNER('invoices')).sign(message),
  'a signature that is not waited for': (container) => void container.get(SIGNER('invoices')).sign(message),
  'the rebinding of one name': (container) =>
    container.rebind(SIGNER('invoices')).toConstantValue({} as never),
  'the rebinding of a name that was resolved': (container) => {
    container.get(SIGNER('invoices'))
    container.rebind(SIGNER('invoices')).toConstantValue({} as never)
    container.get(SIGNER('invoices'))
  },
  'the rebinding of the registry': (container) => {
    container.get(SignerRegistry)
    container.rebind(SignerRegistry).toConstantValue({} as never)
  },
  'the unbinding of all tokens': (container) => {
    for (const name of NAMES) container.unbind(SIGNER(name))
    for (const name of [...NAMES, 'partner']) container.unbind(VERIFIER(name))
  },
  'a snapshot that was restored': (container) => {
    container.snapshot()
    container.get(SIGNER('invoices'))
    container.rebind(SIGNER('receipts')).toConstantValue({} as never)
    container.restore()
  },
  'other bindings': (container) =>
    container
      .bind('other')
      .toConstantValue(4)
      .onDeactivation(async () => {}),
}

describe('every signer is closed once', () => {
  const disposals = {
    unbindAllAsync: (container: Container) => container.unbindAllAsync(),
    unloadAsync: (container: Container, module: ReturnType<typeof signerModule>) =>
      container.unloadAsync(module),
  }
  const cases = Object.keys(disposals).flatMap((how) => Object.keys(USES).map((use) => [how, use]))

  test.each(cases)('by %s, after %s', async (how, use) => {
    const signers = openTestSigners(NAMES, { verifyOnly: ['partner'] })
    const container = new Container()
    const module = signerModule(signers)
    container.load(module)
    await USES[use]?.(container)
    expect(signers.closed).toEqual([])
    await disposals[how as keyof typeof disposals](container, module)
    expect([...signers.closed].sort()).toEqual(NAMES)
    const error = await failureOf(() => signers.get('invoices').sign(message))
    expect(SigningError.is(error, 'Closed')).toBe(true)
    await container.unbindAllAsync()
    expect([...signers.closed].sort()).toEqual(NAMES)
  })

  test('by two disposals at once', async () => {
    const signers = openTestSigners(NAMES)
    const container = new Container()
    container.load(signerModule(signers))
    await Promise.all([container.unbindAllAsync(), container.unbindAllAsync()])
    expect([...signers.closed].sort()).toEqual(NAMES)
  })
})

describe('signers in several containers', () => {
  test.each([
    ['one module', (signers: never) => [signerModule(signers)].flatMap((module) => [module, module])],
    ['two modules', (signers: never) => [signerModule(signers), signerModule(signers)]],
  ])('are closed by the last one: %s', async (_, modulesOf) => {
    const signers = openTestSigners(NAMES)
    const [one, two] = modulesOf(signers as never)
    const parent = new Container()
    const child = new Container({ parent })
    parent.load(one as never)
    child.load(two as never)
    expect(child.get(SIGNER('invoices'))).toBe(parent.get(SIGNER('invoices')))

    // Twice, which must not count for two.
    await Promise.all([child.unbindAllAsync(), child.unbindAllAsync()])
    expect(signers.closed).toEqual([])
    expect(child.get(SIGNER('invoices'))).toBe(signers.get('invoices'))
    await parent.unbindAllAsync()
    expect([...signers.closed].sort()).toEqual(NAMES)
  })

  test('stay open when a child that inherits them is disposed of', async () => {
    const signers = openTestSigners(NAMES)
    const parent = new Container()
    parent.load(signerModule(signers))
    const child = new Container({ parent })
    child.get(SIGNER('invoices'))
    child.rebind(SIGNER('receipts')).toConstantValue(signers.get('releases'))
    await child.unbindAllAsync()
    expect(signers.closed).toEqual([])
    expect(parent.get(SIGNER('receipts'))).toBe(signers.get('receipts'))
    await parent.unbindAllAsync()
    expect([...signers.closed].sort()).toEqual(NAMES)
  })

  // inversify looks for the module in the parent where the child has not loaded it. The README warns of it.
  test('are closed by a child that unloads the module of its parent', async () => {
    const signers = openTestSigners(NAMES)
    const module = signerModule(signers)
    const parent = new Container()
    parent.load(module)
    const child = new Container({ parent })
    await child.unloadAsync(module)
    expect([...signers.closed].sort()).toEqual(NAMES)
    const error = await failureOf(() => parent.get(SIGNER('invoices')).sign(message))
    expect(SigningError.is(error, 'Closed')).toBe(true)
  })

  test('cannot be loaded again once they were closed', async () => {
    const module = signerModule(openTestSigners(NAMES))
    const container = new Container()
    container.load(module)
    await container.unbindAllAsync()
    const error = await failureOf(() => container.load(module))
    expect(SigningError.is(error, 'Closed')).toBe(true)
    expect(error.message).toBe(
      'These signers were closed with their container, or because a module could not be loaded: load the configuration again.',
    )
  })
})

test('cannot be loaded again after a module could not be loaded', async () => {
  const signers = openTestSigners(NAMES)
  await failureOf(() => new Container().load(signerModule(signers, { require: ['typo'] })))
  await new Promise((resolve) => setImmediate(resolve))
  const error = await failureOf(() => new Container().load(signerModule(signers)))
  expect(error.message).toContain('or because a module could not be loaded')
})

// A snapshot knows nothing of what came after it, and nothing closes what restore() takes away. The README warns of it.
test('signers that were loaded after a snapshot are lost to the container that is restored', async () => {
  const signers = openTestSigners(NAMES)
  const container = new Container()
  container.snapshot()
  container.load(signerModule(signers))
  container.restore()
  expect(container.isBound(SIGNER('invoices'))).toBe(false)
  await container.unbindAllAsync()
  expect(signers.closed).toEqual([])
  await signers.close()
  expect([...signers.closed].sort()).toEqual(NAMES)
})

describe('two configurations in one container', () => {
  test('get along, and leave open which registry is meant', async () => {
    const [ours, theirs] = [openTestSigners(['invoices']), openTestSigners(['orders'])]
    const container = new Container()
    container.load(signerModule(ours), signerModule(theirs))
    expect(container.get(SIGNER('invoices'))).toBe(ours.get('invoices'))
    expect(container.get(SIGNER('orders'))).toBe(theirs.get('orders'))
    const { message } = await failureOf(() => container.get(SignerRegistry))
    expect(message).toContain('Ambiguous bindings found for service: "SignerRegistry"')
    await container.unbindAllAsync()
    expect([...ours.closed, ...theirs.closed]).toEqual(['invoices', 'orders'])
  })

  test('are ambiguous where they have the same name', async () => {
    const [ours, theirs] = [openTestSigners(['invoices']), openTestSigners(['invoices'])]
    const container = new Container()
    container.load(signerModule(ours), signerModule(theirs))
    const { message } = await failureOf(() => container.get(SIGNER('invoices')))
    expect(message).toContain(
      'Ambiguous bindings found for service: "Symbol(the signer "invoices" of Signport)"',
    )
    await container.unbindAllAsync()
    expect([...ours.closed, ...theirs.closed]).toEqual(['invoices', 'invoices'])
  })
})

describe('when something goes wrong', () => {
  test('one that cannot be closed does not keep the others open, and the caller hears of it', async () => {
    const signers = openTestSigners(NAMES, { failing: ['invoices'] })
    const others = openTestSigners(['audit'])
    const container = new Container()
    container.load(signerModule(signers))
    const second = new Container()
    second.load(signerModule(others))
    const { message } = await failureOf(() => container.unbindAllAsync())
    expect(message).toBe('the connection of invoices is stuck')
    expect([...signers.closed].sort()).toEqual(NAMES)
    await second.unbindAllAsync()
    expect(others.closed).toEqual(['audit'])
  })

  test('a service that fails while it is disposed of does not keep them open', async () => {
    @injectable()
    class Broken {
      @preDestroy()
      stop(): void {
        throw new Error('stuck')
      }
    }
    const signers = openTestSigners(NAMES)
    const container = new Container()
    container.load(signerModule(signers))
    container.bind(Broken).toSelf().inSingletonScope()
    container.get(Broken)
    expect(await failureOf(() => container.unbindAllAsync())).toEqual(new Error('stuck'))
    await new Promise((resolve) => setImmediate(resolve))
    expect([...signers.closed].sort()).toEqual(NAMES)
  })

  test.each(['unbindAll', 'unload'] as const)(
    '%s says that it cannot wait, and closes all the same',
    async (how) => {
      const signers = openTestSigners(NAMES)
      const container = new Container()
      const module = signerModule(signers)
      container.load(module)
      const { message } = await failureOf(() => container[how](module))
      expect(message).toContain(`${how}Async`)
      await new Promise((resolve) => setImmediate(resolve))
      expect([...signers.closed].sort()).toEqual(NAMES)
    },
  )
})

describe('a service that signs when it is disposed of', () => {
  @injectable()
  class Journal {
    @injectSigner('invoices') private readonly signer!: Signer
    last: Promise<Signature> | undefined

    @preDestroy()
    async seal(): Promise<void> {
      this.last = this.signer.sign(message)
      await this.last
    }
  }

  test.each(['before', 'after'])('can do so when it was bound %s the signers', async (when) => {
    const signers = openTestSigners(NAMES)
    const container = new Container()
    const steps = [
      () => container.load(signerModule(signers)),
      () => container.bind(Journal).toSelf().inSingletonScope(),
    ]
    for (const step of when === 'after' ? steps : steps.reverse()) step()
    const journal = container.get(Journal)
    await container.unbindAllAsync()
    const signature = (await journal.last) as Signature
    expect(signers.isValid('invoices', message, signature)).toBe(true)
    expect([...signers.closed].sort()).toEqual(NAMES)
  })
})

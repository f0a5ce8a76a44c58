import { KMSClient, UpdateAliasCommand } from '@aws-sdk/client-kms'

/** Moves aliases as an operator does: by the SDK of AWS, not by what is tested. */
export class AliasDirectory {
  readonly #endpoint: string
  readonly #region: string
  readonly #credentials: { accessKeyId: string; secretAccessKey: string }

  constructor(
    endpoint: string,
    region: string,
    credentials: { accessKeyId: string; secretAccessKey: string },
  ) {
    this.#endpoint = endpoint
    this.#region = region
    this.#credentials = credentials
  }

  /** Makes an alias stand for another key; what it returns moves it back. */
  async move(alias: string, to: string, from: string): Promise<() => Promise<void>> {
    await this.#update(alias, to)
    return () => this.#update(alias, from)
  }

  async #update(AliasName: string, TargetKeyId: string): Promise<void> {
    // A copy: the SDK writes into what it is given.
    const credentials = { ...this.#credentials }
    const options = { endpoint: this.#endpoint, region: this.#region, credentials }
    const client = new KMSClient(options)
    try {
      await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId }))
    } finally {
      client.destroy()
    }
  }
}

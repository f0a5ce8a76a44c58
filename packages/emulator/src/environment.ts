import type { Credential } from './credential.js'

/** The variables by which AWS's and Alibaba Cloud's tools find an emulator, or what it lets them in by. */
export function environmentOf(url: string, region: string, credential: Credential): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credential
  return {
    AWS_ENDPOINT_URL_KMS: url,
    AWS_REGION: region,
    // The name that Python's SDK and the AWS CLI look for.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: secretAccessKey,
    ...(sessionToken !== undefined && { ALIBABA_CLOUD_SECURITY_TOKEN: sessionToken }),
  }
}

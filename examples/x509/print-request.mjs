import { loadSigners } from '@signport/config'
import { requestCertificate } from './web-certificate.mjs'

const [host = 'www.example.com'] = process.argv.slice(2)
const signers = await loadSigners('signport.yaml')
const web = signers.get('web')

// A local key that is made on demand is made by its first signature.
await web.sign(Buffer.from(host))
console.log((await requestCertificate(web, host)).toString('pem'))
await signers.close()

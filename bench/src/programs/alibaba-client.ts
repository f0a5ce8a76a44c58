/** Signs by ways to Alibaba Cloud KMS, and tells the CPU time that each took. */
import { alibabaWays } from '../clients/alibaba-ways.js'
import { measureWays } from '../clients/measure-ways.js'
import { answer, argument } from '../harness/answer.js'

answer(await measureWays(argument(), alibabaWays))

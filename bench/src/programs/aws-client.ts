/** Signs by ways to AWS KMS, and tells the CPU time that each took. */
import { awsWays } from '../clients/aws-ways.js'
import { measureWays } from '../clients/measure-ways.js'
import { answer, argument } from '../harness/answer.js'

answer(await measureWays(argument(), awsWays))

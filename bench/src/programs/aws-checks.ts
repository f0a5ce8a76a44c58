/** Signs by ways to AWS KMS that answers right and wrong, and tells what each made of it. */
import { awsWays } from '../clients/aws-ways.js'
import { watchChecks } from '../clients/watch-checks.js'
import { answer, argument } from '../harness/answer.js'

answer(await watchChecks(argument(), awsWays))

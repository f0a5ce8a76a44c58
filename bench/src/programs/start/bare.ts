import { tell } from './started.js'

// Node itself, and what every one of these programs has.
tell()

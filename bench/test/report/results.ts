import type { Figure, Row } from '../../src/harness/case.js'
import type { Report } from '../../src/report/report.js'

export const ROW: Row = {
  group: 'RS256, TLS off',
  subject: 'trent-service, check off',
  baseline: 'raw AWS SDK',
  unit: 'µs CPU',
  subjectMedian: 84.44,
  baselineMedian: 563.2,
  ratio: { median: 0.15, low: 0.1456, high: 0.1512 },
  pairs: 15,
  target: { atMost: 0.2 },
}

export const FIGURE: Figure = {
  group: 'Installed',
  subject: 'core',
  unit: 'MB',
  value: 1.234,
  note: '4 | 5 packages',
}

export const REPORT: Report = {
  date: '2026-11-22T21:00Z',
  machine: {
    cpu: 'A CPU',
    cores: 2,
    memory: '8.0 GiB',
    system: 'linux 6.1 x86_64',
    node: 'v20.19.0',
    openssl: '3.0.16',
  },
  quick: false,
  cases: [
    {
      name: 'cpu/aws',
      title: 'CPU time',
      method: 'It is counted.',
      seconds: 12,
      results: [
        ROW,
        { ...ROW, subject: 'aws-kms', target: { atMost: 0.1 } },
        { ...ROW, group: 'RS256, TLS on', target: { atLeast: 0.15 }, note: 'of ours' },
      ],
    },
    { name: 'size/installed', title: 'Size', method: 'It is summed up.', seconds: 1, results: [FIGURE] },
  ],
  failures: [],
}

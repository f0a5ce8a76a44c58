/** The ways of cpu/aws, by the names that its rows have. */
export const AWS_FLOOR = 'bare HTTP'
export const RAW_SDK = 'raw AWS SDK'
export const TRENT = 'trent-service'
export const AWS_KMS = 'aws-kms'

import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/win32-x64.js'

useBinary('win32-x64', binary)

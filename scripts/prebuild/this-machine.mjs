// Makes prebuilds/<platform>-<arch>/ for this machine with its own compiler; options are passed to prebuildify (npm run prebuildify
// -- --arch=x64).
import { prebuildify } from './prebuildify.mjs'

prebuildify(undefined, process.argv.slice(2))

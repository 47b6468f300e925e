/** `lockstep-nn/formats`: networks as files of other programs, and as source text. */
export { toModule } from './module.js'
export { fromSafetensors, type LoadSafetensorsOptions, loadSafetensors, toSafetensors } from './safetensors.js'

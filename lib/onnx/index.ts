/** `lockstep-nn/onnx`: networks as ONNX models. */
export { type OnnxOptions, toOnnx } from './to-onnx.js'

/** `lockstep-nn/onnx`: networks and models as ONNX models. */
export { type OnnxOptions, toOnnx } from './to-onnx.js'

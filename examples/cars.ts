/** Cars: predicts a car's miles per gallon from its other columns. Scored by 5-fold cross-validation. */
import { readFileSync } from 'node:fs'
import { crossValidate, Model } from 'lockstep-nn/data'
import { quick } from './options.js'
import { savePicture, scatter } from './pictures.js'

interface Row {
  Miles_per_Gallon: number | null
  Cylinders: number
  Displacement: number
  Horsepower: number | null
  Weight_in_lbs: number
  Acceleration: number
  Year: string
  Origin: string
}

const rows: Row[] = JSON.parse(readFileSync(new URL('../data/cars.json', import.meta.resolve('vega-datasets')), 'utf8'))
const cars = rows.flatMap((row) => {
  const { Miles_per_Gallon: milesPerGallon, Horsepower: horsepower } = row
  if (milesPerGallon === null || horsepower === null) return []
  return {
    milesPerGallon,
    horsepower,
    cylinders: row.Cylinders,
    displacement: row.Displacement,
    weight: row.Weight_in_lbs,
    acceleration: row.Acceleration,
    year: Number(row.Year.slice(0, 4)),
    origin: row.Origin,
  }
})
console.log(`${cars.length} of ${rows.length} cars have all values`)

const train = (some: typeof cars) =>
  Model.fit(some, {
    target: 'milesPerGallon',
    columns: ['cylinders', 'displacement', 'horsepower', 'weight', 'acceleration', 'year', 'origin'],
    options: { cylinders: 'category' }, // 3 and 5 are so rare that they become other
    hidden: [32],
    trainer: { optimizer: { name: 'adam', learningRate: 0.003 } },
    fit: { epochs: quick ? 10 : 100 },
    seed: 1,
  })

const points: { actual: number; predicted: number }[] = []
const { mean, standardDeviation } = await crossValidate(cars, {
  seed: 1,
  fit: train,
  score(model, test, fold) {
    const { r2, meanAbsoluteError } = model.evaluate(test)
    console.log(`fold ${fold}: R² ${r2.toFixed(3)}, off by ${meanAbsoluteError.toFixed(2)} miles on average`)
    points.push(...model.predict(test).map((predicted, i) => ({ actual: test[i].milesPerGallon, predicted })))
    return r2
  },
})
console.log(`R²: ${mean.toFixed(4)}, standard deviation ${standardDeviation.toFixed(4)}`)
console.log(`digest: ${(await train(cars)).digest()}`)
await savePicture('cars-predicted', scatter('Cars, miles per gallon', points))

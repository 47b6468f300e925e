//! A network of any shape, or a population of networks with one hidden layer.

use crate::protocol::{self, Activation, Description, Loss};
use crate::Batch;
use candle_core::{Device, Result, Tensor, Var, D};

enum Layer {
    Dense { weights: Tensor, bias: Tensor, activation: Activation }, // [inputs, units], [units]
    BatchNormalization { gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor, momentum: f64, epsilon: f64 },
}

pub struct Model {
    layers: Vec<Layer>,
    loss: Loss,
    /// The networks of a population, otherwise 0. Its hidden layers are one layer of all members' units, and its output layer has the
    /// weights of all members in a row: so both are one operation each.
    members: usize,
    variables: Vec<Var>,
}

impl Model {
    pub fn new(description: &Description, start: &[f64]) -> Result<Self> {
        let mut variables = Vec::new();
        let mut variable = |numbers: Vec<f64>, rows: usize, columns: usize| -> Result<Tensor> {
            let tensor = Tensor::from_vec(numbers, (rows, columns), &Device::Cpu)?;
            let shaped = if rows == 1 { tensor.squeeze(0)? } else { tensor };
            variables.push(Var::from_tensor(&shaped)?);
            Ok(variables.last().unwrap().as_tensor().clone())
        };
        let members = description.members.max(1);
        let count = start.len() / members;
        let mut offset = 0;
        // Row after row, each of the members' numbers in turn.
        let mut take = |rows: usize, columns: usize| -> Vec<f64> {
            let from = offset;
            offset += rows * columns;
            let at = |row, member| member * count + from + row * columns;
            (0..rows).flat_map(|r| (0..members).flat_map(move |m| at(r, m)..at(r, m) + columns)).map(|i| start[i]).collect()
        };
        let mut inputs = description.inputs;
        let mut layers = Vec::new();
        for (i, layer) in description.layers.iter().enumerate() {
            layers.push(match *layer {
                protocol::Layer::Dense { units, activation } => {
                    // A later layer of a population has one unit: its weights are a row of all members'.
                    let rows = if description.members > 0 && i > 0 { 1 } else { inputs };
                    let weights = variable(take(rows, inputs * units / rows), rows, members * inputs * units / rows)?;
                    let bias = variable(take(1, units), 1, members * units)?;
                    inputs = units;
                    Layer::Dense { weights, bias, activation }
                }
                protocol::Layer::BatchNormalization { momentum, epsilon } => {
                    let gamma = variable(take(1, inputs), 1, inputs)?;
                    let beta = variable(take(1, inputs), 1, inputs)?;
                    let mean = Tensor::from_vec(take(1, inputs), inputs, &Device::Cpu)?;
                    let variance = Tensor::from_vec(take(1, inputs), inputs, &Device::Cpu)?;
                    Layer::BatchNormalization { gamma, beta, mean, variance, momentum, epsilon }
                }
            });
        }
        Ok(Model { layers, loss: description.loss, members: description.members, variables })
    }

    pub fn variables(&self) -> &[Var] {
        &self.variables
    }

    /// The same parameters without a record for derivatives.
    pub fn detached(&self) -> Self {
        let detach = |layer: &Layer| match layer {
            Layer::Dense { weights, bias, activation } => {
                Layer::Dense { weights: weights.detach(), bias: bias.detach(), activation: *activation }
            }
            Layer::BatchNormalization { gamma, beta, mean, variance, momentum, epsilon } => Layer::BatchNormalization {
                gamma: gamma.detach(),
                beta: beta.detach(),
                mean: mean.clone(),
                variance: variance.clone(),
                momentum: *momentum,
                epsilon: *epsilon,
            },
        };
        Model {
            layers: self.layers.iter().map(detach).collect(),
            loss: self.loss,
            members: self.members,
            variables: Vec::new(),
        }
    }

    /// The mean loss of a batch: of a population [members], otherwise [1].
    pub fn loss(&mut self, (x, y): &Batch, training: bool) -> Result<Tensor> {
        let rows = x.dim(0)?;
        let mut a = x.clone();
        for (i, layer) in self.layers.iter_mut().enumerate() {
            a = match layer {
                Layer::Dense { weights, bias, activation } => {
                    let z = if self.members > 0 && i > 0 {
                        let products = a.broadcast_mul(weights)?;
                        products.reshape((rows, self.members, ()))?.sum(D::Minus1)?
                    } else {
                        a.matmul(weights)?
                    };
                    activate(*activation, z.broadcast_add(bias)?)?
                }
                Layer::BatchNormalization { gamma, beta, mean, variance, momentum, epsilon } => {
                    if training {
                        let (batch_mean, centered, batch_variance) = statistics(&a)?;
                        *mean = ((&*mean * *momentum)? + (&batch_mean * (1. - *momentum))?)?;
                        *variance = ((&*variance * *momentum)? + (&batch_variance * (1. - *momentum))?)?;
                        normalize(&centered, &batch_variance, *epsilon)?
                    } else {
                        normalize(&a.broadcast_sub(mean)?, variance, *epsilon)?
                    }
                    .broadcast_mul(gamma)?
                    .broadcast_add(beta)?
                }
            };
        }
        if self.members > 0 {
            return a.broadcast_sub(y)?.sqr()?.mean(0);
        }
        let loss = match self.loss {
            Loss::HalfSquaredError => ((a - y)?.sqr()?.sum_all()? / (2 * rows) as f64)?,
            Loss::MeanSquaredError => (a - y)?.sqr()?.mean_all()?,
            Loss::CategoricalCrossentropy => ((log_softmax(&a)? * y)?.sum_all()? / -(rows as f64))?,
        };
        loss.unsqueeze(0)
    }
}

/// The mean of each unit, what is left without it, and the variance.
fn statistics(a: &Tensor) -> Result<(Tensor, Tensor, Tensor)> {
    let mean = a.mean(0)?;
    let centered = a.broadcast_sub(&mean)?;
    let variance = centered.sqr()?.mean(0)?;
    Ok((mean, centered, variance))
}

fn normalize(centered: &Tensor, variance: &Tensor, epsilon: f64) -> Result<Tensor> {
    centered.broadcast_div(&(variance + epsilon)?.sqrt()?)
}

/// For softmax its logits, of which the loss takes the logarithm.
fn activate(activation: Activation, z: Tensor) -> Result<Tensor> {
    match activation {
        Activation::Sigmoid => (z.neg()?.exp()? + 1.)?.recip(),
        Activation::Tanh => z.tanh(),
        Activation::Relu => z.relu(),
        Activation::Linear | Activation::Softmax => Ok(z),
    }
}

fn log_softmax(z: &Tensor) -> Result<Tensor> {
    let shifted = z.broadcast_sub(&z.detach().max_keepdim(D::Minus1)?)?;
    shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)
}

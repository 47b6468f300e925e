//! SGD and Adam.

use crate::protocol::OptimizerOptions;
use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor, Var};

pub struct Optimizer {
    options: OptimizerOptions,
    /// Of a population: for each variable the members' learning rates, each as often as a member has numbers in a row.
    rates: Option<Vec<Tensor>>,
    means: Vec<Tensor>,
    squares: Vec<Tensor>,
    steps: i32,
}

impl Optimizer {
    pub fn new(options: &OptimizerOptions, variables: &[Var], rates: Option<&[f64]>) -> Result<Self> {
        let spread = |rates: &[f64]| {
            let of = |variable: &Var| {
                let columns = *variable.dims().last().unwrap();
                let each = columns / rates.len();
                let numbers: Vec<f64> = rates.iter().flat_map(|&rate| vec![rate; each]).collect();
                Tensor::from_vec(numbers, columns, &Device::Cpu)
            };
            variables.iter().map(of).collect::<Result<Vec<_>>>()
        };
        let zeros = || variables.iter().map(|variable| variable.zeros_like()).collect::<Result<Vec<_>>>();
        Ok(Optimizer {
            options: *options,
            rates: rates.map(spread).transpose()?,
            means: zeros()?,
            squares: zeros()?,
            steps: 0,
        })
    }

    pub fn step(&mut self, variables: &[Var], gradients: &GradStore) -> Result<()> {
        self.steps += 1;
        for (i, variable) in variables.iter().enumerate() {
            let gradient = gradients.get(variable).expect("a gradient of each variable");
            let change = match self.options {
                OptimizerOptions::Sgd { learning_rate } => (gradient * learning_rate)?,
                OptimizerOptions::Adam { learning_rate, beta1, beta2, epsilon } => {
                    let root = (1. - beta2.powi(self.steps)).sqrt();
                    let mean = ((&self.means[i] * beta1)? + (gradient * (1. - beta1))?)?;
                    let square = ((&self.squares[i] * beta2)? + (gradient.sqr()? * (1. - beta2))?)?;
                    let divisor = square.sqrt()?.affine(1. / root, epsilon)?;
                    (self.means[i], self.squares[i]) = (mean, square);
                    let direction = (&self.means[i] / divisor)?;
                    let correction = 1. / (1. - beta1.powi(self.steps));
                    match &self.rates {
                        None => (direction * (learning_rate * correction))?,
                        Some(rates) => direction.broadcast_mul(&(&rates[i] * correction)?)?,
                    }
                }
            };
            variable.set(&(variable.as_tensor() - change)?)?;
        }
        Ok(())
    }
}

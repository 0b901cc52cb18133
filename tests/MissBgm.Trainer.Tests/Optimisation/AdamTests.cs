using MissBgm.Trainer.Fitting;
using MissBgm.Trainer.Optimisation;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Optimisation;

public sealed class AdamTests
{
    private const double Rate = 0.002;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;

    [Fact]
    public void Rows_visited_in_random_batches_move_as_if_each_had_an_adam_of_its_own()
    {
        var random = new Random(3);
        var (rows, width, epochs, inner) = (7, 3, 6, 2);
        using var scope = NewDisposeScope();
        var start = Enumerable.Range(0, rows * width).Select(_ => (float)random.NextDouble()).ToArray();
        using var state = RowState.Start(tensor(start, [rows, width], ScalarType.Float64));
        var reference = Enumerable.Range(0, rows * width).Select(i => new ReferenceAdam(start[i])).ToArray();
        var adam = new Adam(Rate, Beta1, Beta2);

        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var order = Enumerable.Range(0, rows).OrderBy(_ => random.Next()).Select(row => (long)row).ToArray();
            var index = tensor(order);
            var shuffled = state.Take(index);
            foreach (var (first, count) in new EpochSchedule(new MissBgm.Runtime.Numerics.Philox(1), rows, 3).Batches)
            {
                var batch = shuffled.Slice(first, count);
                for (var k = 1; k <= inner; k++)
                {
                    var gradient = Enumerable.Range(0, count * width).Select(_ => random.NextDouble() - 0.3).ToArray();
                    adam.Step(batch.Values, tensor(gradient, [count, width]), batch.Moments, epoch * inner + k);
                    for (var i = 0; i < gradient.Length; i++)
                    {
                        reference[order[first + i / width] * width + i % width].Step(gradient[i]);
                    }
                }
            }

            state.PutBack(index, shuffled);
        }

        Assert.Equal(reference.Select(r => r.Value), state.Values.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void The_first_step_has_the_length_of_the_learning_rate()
    {
        using var scope = NewDisposeScope();
        var values = zeros(2, ScalarType.Float64);
        using var moments = Moments.For(values);

        new Adam(Rate, Beta1, Beta2).Step(values, tensor(new[] { 3.0, -0.5 }), moments, 1);

        Assert.Equal([-Rate, Rate], values.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-8);
    }

    [Fact]
    public void A_cell_whose_gradient_is_always_zero_never_moves()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new[] { 1.25f, 1.25f });
        using var moments = Moments.For(values);
        var adam = new Adam(Rate, Beta1, Beta2);
        for (var step = 1; step <= 10; step++)
        {
            adam.Step(values, tensor(new[] { 0f, 1f }), moments, step);
        }

        Assert.Equal(1.25f, values.data<float>()[0]);
        Assert.NotEqual(1.25f, values.data<float>()[1]);
    }

    // Kingma and Ba (2015), Algorithm 1 with the efficient order of Section 2, one number at a time.
    private sealed class ReferenceAdam(double value)
    {
        private double _first;
        private double _second;
        private int _step;

        public double Value { get; private set; } = value;

        public void Step(double gradient)
        {
            _step++;
            _first = Beta1 * _first + (1 - Beta1) * gradient;
            _second = Beta2 * _second + (1 - Beta2) * gradient * gradient;
            Value -= Rate * Math.Sqrt(1 - Math.Pow(Beta2, _step)) / (1 - Math.Pow(Beta1, _step)) * _first / (Math.Sqrt(_second) + 1e-7);
        }
    }
}

using MissBgm.Trainer.Paper.Steps;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Tensors;

public sealed class AdamTests
{
    private const double Rate = 0.002;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;

    [Fact]
    public void Rows_that_coast_over_the_steps_they_sat_out_stand_where_dense_adam_puts_them()
    {
        // Dense: every row takes every step, with gradient zero unless it is in the batch. Sparse: only the batch's rows, after coasting.
        var random = new Random(3);
        var (rows, width, steps, batch) = (9, 3, 60, 2);
        using var scope = NewDisposeScope();
        var start = Enumerable.Range(0, rows * width).Select(_ => random.NextDouble()).ToArray();
        using var state = RowState.Start(tensor(start, [rows, width]));
        var dense = start.Select(value => new ReferenceAdam(value)).ToArray();
        var adam = new Adam(Rate, Beta1, Beta2);
        var last = new long[rows];

        for (var step = 1L; step <= steps; step++)
        {
            var picked = Enumerable.Range(0, rows).OrderBy(_ => random.Next()).Take(batch).Select(row => (long)row).ToArray();
            var gradient = Enumerable.Range(0, batch * width).Select(_ => random.NextDouble() - 0.3).ToArray();
            for (var i = 0; i < dense.Length; i++)
            {
                var place = Array.IndexOf(picked, i / width);
                dense[i].Step(place < 0 ? 0 : gradient[place * width + i % width]);
            }

            var index = tensor(picked);
            var taken = state.Take(index);
            var (visited, fresh) = (picked.Select(row => last[row]).ToArray(), picked.Select(_ => step).ToArray());
            adam.Coast(taken.Values, taken.Moments, visited, fresh);
            adam.Step(taken.Values, tensor(gradient, [batch, width]), taken.Moments, step);
            state.PutBack(index, taken);
            Array.ForEach(picked, row => last[row] = step);
        }

        adam.Coast(state.Values, state.Moments, last, [.. last.Select(_ => steps + 1L)]);

        Assert.Equal(dense.Select(adam => adam.Value), state.Values.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.All(dense.Zip(start), pair => Assert.True(Math.Abs(pair.First.Value - pair.Second) > 1e-4));
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

using MissBgm.Runtime.Numerics;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// The random numbers of one pretraining step: they depend on (seed, purpose, step) alone, so a resumed run needs no generator's state.
/// Choices for a whole step come from Philox on the host, numbers in bulk from a torch generator that Philox seeds.
/// </summary>
internal sealed class StepRandom : IDisposable
{
    private readonly Philox _philox;
    private readonly RandomPurpose _purpose;
    private readonly long _step;
    private readonly Device _device;
    private readonly Generator _generator;
    private int _drawn;

    public StepRandom(ulong seed, RandomPurpose purpose, long step, Device device)
    {
        (_philox, _purpose, _step, _device) = (new Philox(seed), purpose, step, device);
        _generator = new Generator((ulong)(NextUniform() * (1 << 22)) << 22 | (ulong)(NextUniform() * (1 << 22)), device);
    }

    /// <summary>A uniform number on (0, 1).</summary>
    public double NextUniform()
    {
        Span<float> value = stackalloc float[1];
        _philox.Uniforms(value, _purpose, 0, _drawn++, _step);
        return value[0];
    }

    /// <summary>Whether an event of the given probability happens.</summary>
    public bool Happens(double probability) => NextUniform() < probability;

    /// <summary>A whole number between two bounds, both included.</summary>
    public int Between(int minimum, int maximum) => minimum + (int)(NextUniform() * (maximum - minimum + 1));

    /// <summary>A whole number between two bounds, both included, whose logarithm is about uniform.</summary>
    public int LogBetween(int minimum, int maximum)
        => Math.Min(maximum, (int)(minimum * Math.Pow((maximum + 1.0) / minimum, NextUniform())));

    /// <summary>Uniform numbers on [0, 1).</summary>
    public Tensor Uniform(params long[] size) => rand(size, ScalarType.Float32, _device, generator: _generator);

    /// <summary>Standard normal numbers.</summary>
    public Tensor Normal(params long[] size) => randn(size, ScalarType.Float32, _device, generator: _generator);

    /// <summary>1 with the given probability, else 0.</summary>
    public Tensor Bernoulli(double probability, params long[] size) => Uniform(size).lt(probability).to(ScalarType.Float32);

    /// <summary>Whole numbers from 0 up to a bound that is not reached.</summary>
    public Tensor Below(long bound, params long[] size) => (Uniform(size) * bound).floor().clamp(0, bound - 1).to(ScalarType.Int64);

    /// <summary>Random orders of the last axis, as indices.</summary>
    public Tensor Orders(params long[] size) => Uniform(size).argsort(-1);

    /// <summary>Random identities of columns, [tasks, features, width]; null of width 0, which takes no random number.</summary>
    public Tensor? Identities(long tasks, long features, int width) => width == 0 ? null : Normal(tasks, features, width);

    public void Dispose() => _generator.Dispose();
}

using MissBgm.Exporter.Pfn;
using MissBgm.Runtime;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>All that a pretraining run carries from step to step.</summary>
internal sealed class PretrainState : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private readonly Moments _moments;

    public PretrainState(PretrainConfig config, Device device)
    {
        Network = new PfnNetwork(config.Network, config.Seed, ScalarType.Float32, device);
        _moments = Moments.For(Network.Parameters.Values);
        using var off = no_grad();
        Average = Network.Parameters.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>The network as it is trained.</summary>
    public PfnNetwork Network { get; }

    /// <summary>Exponential moving average of the weights.</summary>
    public Tensor Average { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Tasks seen.</summary>
    public long Tasks { get; set; }

    /// <summary>Seconds spent.</summary>
    public double Seconds { get; set; }

    /// <summary>Processor seconds spent.</summary>
    public double ProcessorSeconds { get; set; }

    /// <summary>The tensors by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors() =>
    [
        ("weights", Network.Parameters.Values), ("average", Average), ("first_moment", _moments.First), ("second_moment", _moments.Second),
    ];

    /// <summary>Takes one step of the optimiser along the gradient that the backward pass left, clipped, and moves the average.</summary>
    /// <returns>The gradient's norm before clipping.</returns>
    public double Descend(PretrainConfig config)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var gradient = Network.Parameters.Gradient;
        var norm = GradientNorm.Clip(gradient, config.ClipGradientNorm);
        if (!double.IsFinite(norm)) return norm;
        var before = config.Optimizer == "muon" ? Network.Parameters.Values.clone() : null;
        var rate = LearningRate.At(config, Step);
        new Adam(rate, Beta1, Beta2).Step(Network.Parameters.Values, gradient, _moments, Step + 1);
        if (before is not null) MoveMatrices(before, gradient, rate);
        gradient.zero_();
        // Early on the average forgets faster, or the starting values would linger.
        var decay = Math.Min(config.AverageDecay, (1.0 + Step) / (10.0 + Step));
        Average.mul_(decay).add_(Network.Parameters.Values, 1 - decay);
        return norm;
    }

    // Adam's first moment is Muon's momentum, too; its step of the matrices is replaced.
    private void MoveMatrices(Tensor before, Tensor gradient, double rate)
    {
        foreach (var (offset, shape) in Network.LayerMatrices)
        {
            Tensor Of(Tensor flat) => flat.narrow(0, offset, shape[0] * shape[1]).view(shape);
            var momentum = Of(_moments.First) * Beta1 + Of(gradient) * (1 - Beta1);
            Of(Network.Parameters.Values).copy_(Of(before) - Muon.Direction(momentum) * rate);
        }
    }

    /// <summary>Puts the weights of a bundle in the place of the drawn ones.</summary>
    /// <exception cref="UserInputException">The bundle's network has other sizes.</exception>
    public void StartFrom(string bundle)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var weights = PfnBundleReader.ReadWeights(bundle);
        var flat = Network.Arrays.SelectMany(array =>
        {
            var size = (int)array.Shape.Aggregate(1L, (product, length) => product * length);
            // The labels' matrix ends in a row for rows without a label.
            var room = array.Name == "labels.kernel" ? size + (int)array.Shape[1] : size;
            return weights.TryGetValue(array.Name, out var values) && values.Length == room ? values.Take(size) : throw new UserInputException(
                $"{bundle}: its network has {(values is null ? "no" : $"{values.Length}")} weights '{array.Name}' where the configuration's has {size}; "
                    + "give the configuration the bundle's network sizes (missbgm inspect), or export the bundle again.");
        });
        Network.Parameters.Values.copy_(tensor(flat.ToArray()));
        Average.copy_(Network.Parameters.Values);
    }

    /// <summary>Does something with the averaged weights in the network.</summary>
    public T WithAverage<T>(Func<T> work)
    {
        using var off = no_grad();
        var weights = Network.Parameters.Values;
        using var trained = weights.clone();
        weights.copy_(Average);
        try
        {
            return work();
        }
        finally
        {
            weights.copy_(trained);
        }
    }

    public void Dispose()
    {
        Network.Dispose();
        Average.Dispose();
        _moments.Dispose();
    }
}

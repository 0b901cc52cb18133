using MissBgm.Runtime.Numerics;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>
/// All weights of one network in one flat buffer, and their gradient in another, so that an optimiser step is a handful of operators whatever
/// the number of layers. Each array is a view of the buffer, in two guises: trainable (a leaf whose gradient accumulates into the gradient
/// buffer) and frozen (no gradient, for steps that move something else).
/// </summary>
internal sealed class ParameterBuffer : IDisposable
{
    private readonly Tensor[] _trainable;
    private readonly Tensor[] _frozen;
    private readonly Tensor[] _rho;
    private readonly Tensor[] _noise;

    /// <param name="arrays">Shape, starting values and kind of each array.</param>
    /// <param name="type">Float32, or float64 to check gradients.</param>
    /// <param name="device">Where the buffers live.</param>
    /// <param name="bayesian">Where the weights' draws come from, if the network is a Bayesian one.</param>
    public ParameterBuffer(
        IReadOnlyList<(long[] Shape, float[] Start, ParameterKind Kind)> arrays, ScalarType type, Device device,
        (Philox Random, NetworkRole Network)? bayesian = null)
    {
        using var scope = NewDisposeScope();
        var means = arrays.SelectMany(array => array.Start).ToArray();
        float[] start = bayesian is null ? means : [.. means, .. Enumerable.Repeat(WeightPosterior.StartingRho, means.Length)];
        Values = tensor(start, type, device).DetachFromDisposeScope();
        Gradient = zeros_like(Values).DetachFromDisposeScope();
        if (bayesian is { } source)
        {
            Posterior = new WeightPosterior(
                source.Random, source.Network, Values, Gradient,
                [.. arrays.SelectMany(array => Enumerable.Repeat(array.Kind, array.Start.Length))]);
        }

        (_trainable, _frozen) = (new Tensor[arrays.Count], new Tensor[arrays.Count]);
        (_rho, _noise) = (new Tensor[Posterior is null ? 0 : arrays.Count], new Tensor[Posterior is null ? 0 : arrays.Count]);
        var offset = 0L;
        for (var i = 0; i < arrays.Count; i++)
        {
            var length = arrays[i].Start.LongLength;
            Tensor View(Tensor buffer, long from) => buffer.narrow(0, from, length).view(arrays[i].Shape).detach();
            Tensor Leaf(long from)
            {
                var leaf = View(Values, from).DetachFromDisposeScope().requires_grad_();
                leaf.grad = View(Gradient, from);
                return leaf;
            }

            _frozen[i] = View(Posterior?.Sample ?? Values, offset).DetachFromDisposeScope();
            _trainable[i] = Leaf(offset);
            if (Posterior is not null)
            {
                (_rho[i], _noise[i]) = (Leaf(means.Length + offset), View(Posterior.Noise, offset).DetachFromDisposeScope());
            }

            offset += length;
        }
    }

    /// <summary>Of a Bayesian network: what the weights are drawn from; the frozen views are the draw. Null for a network with point weights.</summary>
    public WeightPosterior? Posterior { get; }

    /// <summary>Every weight, [size]; of a Bayesian network their means, then their rhos.</summary>
    public Tensor Values { get; }

    /// <summary>Gradient of every weight, [size]; backward passes add to it.</summary>
    public Tensor Gradient { get; }

    /// <summary>The arrays in the order they were declared.</summary>
    public Tensor[] Views(bool trainable) => trainable ? _trainable : _frozen;

    /// <summary>Of a Bayesian network: how far a kernel's draw is from its mean, sigma * noise, differentiable in rho.</summary>
    public Tensor Deviation(int index) => _rho[index].softplus().mul(_noise[index]);

    /// <summary>An array's values on the host.</summary>
    public float[] ToArray(int index) => _frozen[index].ToFloats();

    public void Dispose()
    {
        foreach (var view in _trainable.Concat(_frozen).Concat(_rho).Concat(_noise))
        {
            view.Dispose();
        }

        Posterior?.Dispose();
        Values.Dispose();
        Gradient.Dispose();
    }
}

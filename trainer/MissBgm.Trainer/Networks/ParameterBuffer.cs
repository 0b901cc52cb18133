using static TorchSharp.torch;

namespace MissBgm.Trainer.Networks;

/// <summary>
/// All weights of one network in one flat buffer, and their gradient in another, so that an optimiser step is a handful of operators whatever
/// the number of layers. Each array is a view of the buffer, in two guises: trainable (a leaf whose gradient accumulates into the gradient
/// buffer) and frozen (no gradient, for steps that move something else).
/// </summary>
internal sealed class ParameterBuffer : IDisposable
{
    private readonly Tensor[] _trainable;
    private readonly Tensor[] _frozen;

    /// <param name="arrays">Shape and starting values of each array.</param>
    /// <param name="type">Float32, or float64 to check gradients.</param>
    /// <param name="device">Where the buffers live.</param>
    public ParameterBuffer(IReadOnlyList<(long[] Shape, float[] Start)> arrays, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var start = arrays.SelectMany(array => array.Start).ToArray();
        Values = tensor(start, type, device).DetachFromDisposeScope();
        Gradient = zeros_like(Values).DetachFromDisposeScope();
        _trainable = new Tensor[arrays.Count];
        _frozen = new Tensor[arrays.Count];
        var offset = 0L;
        for (var i = 0; i < arrays.Count; i++)
        {
            var length = arrays[i].Start.LongLength;
            Tensor View(Tensor buffer) => buffer.narrow(0, offset, length).view(arrays[i].Shape).detach();
            _frozen[i] = View(Values).DetachFromDisposeScope();
            _trainable[i] = View(Values).DetachFromDisposeScope().requires_grad_();
            _trainable[i].grad = View(Gradient);
            offset += length;
        }
    }

    /// <summary>Every weight, [size].</summary>
    public Tensor Values { get; }

    /// <summary>Gradient of every weight, [size]; backward passes add to it.</summary>
    public Tensor Gradient { get; }

    /// <summary>The arrays in the order they were declared.</summary>
    public Tensor[] Views(bool trainable) => trainable ? _trainable : _frozen;

    /// <summary>An array's values on the host.</summary>
    public float[] ToArray(int index) => _frozen[index].ToFloats();

    public void Dispose()
    {
        foreach (var view in _trainable.Concat(_frozen))
        {
            view.Dispose();
        }

        Values.Dispose();
        Gradient.Dispose();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>A second set of the tensors a fit ends with: networks, Z and X.</summary>
internal sealed class TensorCopies : IDisposable
{
    private readonly string _name;
    private readonly (string Name, Tensor Live, Tensor Copy)[] _tensors;

    /// <param name="name">What the set is called in checkpoints.</param>
    /// <param name="live">The tensors that are copied.</param>
    public TensorCopies(string name, IEnumerable<(string Name, Tensor Value)> live)
    {
        using var off = no_grad();
        _name = name;
        _tensors = [.. live.Select(tensor => (tensor.Name, tensor.Value, tensor.Value.clone()))];
    }

    /// <summary>The copies by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => _tensors.Select(tensor => ($"{_name}.{tensor.Name}", tensor.Copy));

    /// <summary>The copy of a tensor.</summary>
    public Tensor this[string name] => _tensors.First(tensor => tensor.Name == name).Copy;

    /// <summary>Moves every copy a part of the way to the live tensor.</summary>
    public void MoveTowardsLive(double part)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using Scalar keep = 1 - part;
        using Scalar gain = part;
        foreach (var (_, live, copy) in _tensors)
        {
            copy.mul_(keep).add_(live, gain);
        }
    }

    /// <summary>Takes over another set of copies of the same tensors.</summary>
    public void Take(TensorCopies? other)
    {
        using var off = no_grad();
        for (var i = 0; i < _tensors.Length; i++)
        {
            _tensors[i].Copy.copy_(other is null ? _tensors[i].Live : other._tensors[i].Copy);
        }
    }

    /// <summary>Puts the copies in place of the live tensors.</summary>
    public void PutBack()
    {
        using var off = no_grad();
        foreach (var (_, live, copy) in _tensors)
        {
            live.copy_(copy);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, copy) in _tensors)
        {
            copy.Dispose();
        }
    }
}

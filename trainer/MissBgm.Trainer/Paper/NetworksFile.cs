using MissBgm.Runtime;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>The networks of a bundle in the form in which they are trained, which its graphs no longer have: what an adaptation begins with.</summary>
internal static class NetworksFile
{
    /// <summary>The networks' weights as .npz.</summary>
    public static byte[] Write(MissBgmModel model)
    {
        var npz = new NpzFile();
        foreach (var (name, value) in model.State())
        {
            npz.Add(name, TensorValues.ToFloats(value), [.. value.shape.Select(size => (int)size)]);
        }

        using var stream = new MemoryStream();
        npz.Write(stream);
        return stream.ToArray();
    }

    /// <summary>Puts weights into networks of the same sizes.</summary>
    /// <exception cref="BundleException">The file is damaged, or of networks of other sizes.</exception>
    public static void Restore(byte[] bytes, MissBgmModel model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        try
        {
            var npz = NpzFile.Read(new MemoryStream(bytes));
            foreach (var (name, value) in model.State())
            {
                var values = npz.Get<float>(name);
                if (values.Length != value.numel()) throw new InvalidDataException($"{name} has {values.Length} weights where {value.numel()} are expected");
                value.copy_(tensor(values, value.shape));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or UserInputException)
        {
            throw new BundleException(
                $"the model's {MissBgmFit.NetworksFileName} does not fit its configuration ({exception.Message}); fit and export "
                + "the model again with this version.",
                exception);
        }
    }
}

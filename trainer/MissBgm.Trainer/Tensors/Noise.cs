using MissBgm.Runtime.Numerics;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>Random tensors that depend on (seed, purpose, stream, step) alone.</summary>
internal sealed class Noise(Philox random, Device device)
{
    /// <summary>Draws a standard normal matrix.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="stream">Which of several draws of the same step, from 1: stream 0 belongs to the row orders.</param>
    /// <param name="step">Step of the fit.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    public Tensor Normal(RandomPurpose purpose, int stream, long step, int rows, int columns)
    {
        var values = new float[rows * columns];
        random.Normals(values, purpose, stream, 0, step);
        return tensor(values, [rows, columns], ScalarType.Float32, device);
    }

    /// <summary>Draws a matrix that is uniform on (0, 1); it must not share stream and step with a normal one.</summary>
    public Tensor Uniform(RandomPurpose purpose, int stream, long step, int rows, int columns)
    {
        var values = new float[rows * columns];
        random.Uniforms(values, purpose, stream, 0, step);
        return tensor(values, [rows, columns], ScalarType.Float32, device);
    }

    /// <summary>Draws a matrix of the standard Gumbel distribution, likewise.</summary>
    public Tensor Gumbel(RandomPurpose purpose, int stream, long step, int rows, int columns)
        => Uniform(purpose, stream, step, rows, columns).log().neg().log().neg();
}

using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Masks;

/// <summary>
/// The paper's randomised scores (Section 4.2, Appendix B): a random convolutional network scores every latent coordinate of a row. Scores of the
/// first layer depend on values (X to M); scores of the second, which half of the features of a propagating mask have, depend on the first layer's
/// scores of neighbouring coordinates, so masks propagate (M to M).
/// </summary>
/// <param name="propagates">Whether there is a second layer.</param>
internal sealed class ConvolutionMask(bool propagates) : IMask
{
    private const int Kernel = 7;
    private const double Gain = 1.5;

    /// <inheritdoc />
    public Tensor Score(StepRandom random, MaskScene scene)
    {
        var first = Convolve(random, scene.Latent).tanh();
        if (!propagates) return Coordinates.Take(first, scene.Chosen);
        var second = Convolve(random, first).tanh();
        var layer = random.Uniform(scene.Tasks, 1, scene.Chosen.shape[1]).lt(0.5);
        return where(layer, Coordinates.Take(first, scene.Chosen), Coordinates.Take(second, scene.Chosen));
    }

    // A convolution along the coordinates with a kernel of its own for each task: the sum of seven shifted copies.
    private static Tensor Convolve(StepRandom random, Tensor x)
    {
        var width = x.shape[2];
        var kernel = random.Normal(x.shape[0], 1, Kernel) * (Gain / Math.Sqrt(Kernel));
        var padded = nn.functional.pad(x, [Kernel / 2, Kernel / 2]);
        var sum = zeros_like(x);
        for (var k = 0; k < Kernel; k++)
        {
            sum.addcmul_(padded.narrow(2, k, width), kernel.narrow(2, k, 1), 1);
        }

        return sum;
    }
}

using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>The networks that a fit leaves behind.</summary>
internal sealed class MissBgmModel : IDisposable
{
    /// <param name="latentDimension">d.</param>
    /// <param name="config">Hyper-parameters.</param>
    /// <param name="layout">The columns.</param>
    /// <param name="random">The fit's random numbers.</param>
    /// <param name="device">Where the weights live.</param>
    /// <param name="type">Float32, or float64 to check gradients.</param>
    public MissBgmModel(int latentDimension, PaperConfig config, RowLayout layout, Philox random, Device device, ScalarType type = ScalarType.Float32)
    {
        LatentDimension = latentDimension;
        Generator = new GeneratorNetwork(
            latentDimension, layout, config.GUnits, config.VarianceFloor, random, type, device, config.UseBnn,
            config.Covariance.FactorRank);
        Mask = new Perceptron(NetworkRole.Mask, layout.Width, config.MissingnessUnits, layout.Columns, random, type, device, config.UseBnn);
        Encoder = new Perceptron(NetworkRole.Encoder, layout.Width, config.EgmInit.EUnits, latentDimension, random, type, device);
    }

    /// <summary>d.</summary>
    public int LatentDimension { get; }

    /// <summary>g_theta.</summary>
    public GeneratorNetwork Generator { get; }

    /// <summary>f_phi.</summary>
    public Perceptron Mask { get; }

    /// <summary>e.</summary>
    public Perceptron Encoder { get; }

    /// <summary>Draws the weights of Bayesian networks, from their variational posterior; networks with point weights stay as they are.</summary>
    public void DrawWeights(WeightStage stage, long step)
    {
        Generator.Parameters.Posterior?.Draw(stage, step);
        Mask.Parameters.Posterior?.Draw(stage, step);
    }

    /// <summary>The weights as the exporter takes them; of Bayesian networks the means.</summary>
    public MissBgmWeights Export()
    {
        UseMeans();
        return Weights();
    }

    /// <summary>Puts the weights of Bayesian networks at their means.</summary>
    public void UseMeans()
    {
        Generator.Parameters.Posterior?.UseMeans();
        Mask.Parameters.Posterior?.UseMeans();
    }

    /// <summary>Draws of the weights of Bayesian networks.</summary>
    public IReadOnlyList<MissBgmWeights> ExportDraws(int draws)
    {
        var drawn = new MissBgmWeights[draws];
        for (var i = 0; i < draws; i++)
        {
            DrawWeights(WeightStage.Export, i);
            drawn[i] = Weights();
        }

        return drawn;
    }

    /// <summary>Everything that moves during a fit, by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
    [
        ("theta", Generator.Parameters.Values),
        ("theta.moving_mean", Generator.InputNorm.Mean),
        ("theta.moving_variance", Generator.InputNorm.Variance),
        ("phi", Mask.Parameters.Values),
        ("encoder", Encoder.Parameters.Values),
    ];

    private MissBgmWeights Weights() => new(Generator.Export(), Mask.Export(), Encoder.Export());

    public void Dispose()
    {
        Generator.Dispose();
        Mask.Dispose();
        Encoder.Dispose();
    }
}

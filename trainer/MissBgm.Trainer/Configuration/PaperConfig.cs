using System.Text.Json.Serialization;

namespace MissBgm.Trainer.Configuration;

/// <summary>
/// Hyper-parameters of MissBGM as published, under the names of the paper (Table 6); the defaults are the paper's but for averaging and
/// clipped gradients of theta, which the
/// paper does without (bench/results/defaults.md says why, and why early stopping is off).
/// </summary>
public sealed record PaperConfig
{
    /// <summary>Epochs T of Algorithm 1.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Rows of a mini-batch, B.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Weight of the mask network's term in Eq. 8.</summary>
    public double Beta { get; init; } = 0.01;

    /// <summary>Hidden-layer widths of the generator g_theta.</summary>
    public IReadOnlyList<int> GUnits { get; init; } = [120, 120, 120, 120, 120];

    /// <summary>
    /// Smallest variance of a cell given z, standardised: added to the softplus of the generator's variance head. The authors' code has 1e-4.
    /// </summary>
    public double VarianceFloor { get; init; } = 1e-4;

    /// <summary>Covariance of x given z.</summary>
    public CovarianceConfig Covariance { get; init; } = new();

    /// <summary>Hidden-layer widths of the mask network f_phi.</summary>
    public IReadOnlyList<int> MissingnessUnits { get; init; } = [64, 64];

    /// <summary>
    /// Whether generator and mask network are Bayesian: a variational posterior of their weights, trained with Flipout layers (Section 4.1,
    /// Appendix E.1).
    /// </summary>
    public bool UseBnn { get; init; }

    /// <summary>Weight tau of the divergence of the weights' posterior from their prior (Eq. 10).</summary>
    public double KlWeight { get; init; } = 5e-5;

    /// <summary>Draws of Bayesian weights in the bundle: imputation draws under each of them.</summary>
    public int WeightDraws { get; init; } = 5;

    /// <summary>Adam learning rate of theta.</summary>
    public double LrTheta { get; init; } = 0.005;

    /// <summary>
    /// Largest norm of theta's gradient in a batch; 0 for none, as in the paper, where single steps can throw the generator off for good.
    /// </summary>
    public double ClipTheta { get; init; } = 5;

    /// <summary>Adam learning rate of phi.</summary>
    public double LrPhi { get; init; } = 0.005;

    /// <summary>Adam learning rate of Z.</summary>
    public double LrZ { get; init; } = 0.002;

    /// <summary>Adam learning rate of X_mis.</summary>
    public double LrX { get; init; } = 0.002;

    /// <summary>
    /// What the learning rates of Algorithm 1 have fallen to at the end, as a share of their start; 1 keeps them constant, as the paper
    /// does.
    /// </summary>
    public double LrDecay { get; init; } = 1;

    /// <summary>Alternations K of a z and an x step for each mini-batch.</summary>
    public int NInnerSteps { get; init; } = 3;

    /// <summary>
    /// Standard deviation of Gaussian noise around z in theta's steps: the generator then fits the neighbourhood of each row's z, as under a posterior of that
    /// width, instead of memorising rows at their modes. The paper has none.
    /// </summary>
    public double LatentNoise { get; init; }

    /// <summary>
    /// Decay per epoch of the running mean of networks, Z and X_mis that the fit ends with; 0 ends with their last values, as the paper does.
    /// </summary>
    public double Averaging { get; init; } = 0.95;

    /// <summary>When to stop before the last epoch.</summary>
    public EarlyStoppingConfig EarlyStopping { get; init; } = new();

    /// <summary>The encoder-generator warm start.</summary>
    public EgmInitConfig EgmInit { get; init; } = new();

    /// <summary>Refinement and sampling of the posterior; stored in the bundle for the runtime.</summary>
    public PosteriorConfig Posterior { get; init; } = new();
}

/// <summary>Covariance of x given z (Eq. 2): diagonal, as the paper simplifies it, or a diagonal plus a part of low rank.</summary>
public sealed record CovarianceConfig
{
    /// <summary><c>diagonal</c> or <c>low_rank</c>.</summary>
    public string Kind { get; init; } = "diagonal";

    /// <summary>Rank r of the low-rank part; read with <c>low_rank</c>.</summary>
    public int Rank { get; init; } = 2;

    /// <summary>r; 0 for a diagonal covariance.</summary>
    [JsonIgnore]
    public int FactorRank => Kind == "low_rank" ? Rank : 0;
}

/// <summary>The warm start by encoding generative modelling (Appendix E.2).</summary>
public sealed record EgmInitConfig
{
    /// <summary>Whether to warm-start; without it the networks and Z start at random.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Mini-batches of the warm start.</summary>
    public int NIter { get; init; } = 1500;

    /// <summary>Adam learning rate of all four networks.</summary>
    public double Lr { get; init; } = 0.002;

    /// <summary>Hidden-layer widths of the encoder.</summary>
    public IReadOnlyList<int> EUnits { get; init; } = [120, 120, 120, 120, 120];

    /// <summary>Hidden-layer widths of the discriminator of z.</summary>
    public IReadOnlyList<int> DzUnits { get; init; } = [64, 32, 8];

    /// <summary>Hidden-layer widths of the discriminator of x.</summary>
    public IReadOnlyList<int> DxUnits { get; init; } = [64, 32, 8];
}

/// <summary>
/// Stopping where the imputation of hidden observed cells is best: a few of the observed cells are kept from the fit, and the state that
/// imputes them best is the result.
/// Off by default: on average over tables it loses as much as it gains, and a state that was stopped for its point error can have a poor posterior.
/// </summary>
public sealed record EarlyStoppingConfig
{
    /// <summary>Whether to stop early; the paper does not.</summary>
    public bool Enabled { get; init; }

    /// <summary>Share of the observed cells that are hidden from the fit.</summary>
    public double Share { get; init; } = 0.05;

    /// <summary>Epochs without improvement after which the fit stops.</summary>
    public int Patience { get; init; } = 100;
}

/// <summary>How the fitted model is refined and sampled (Section 4.3, Appendix E.4).</summary>
public sealed record PosteriorConfig
{
    /// <summary>Passes over rows that were not in the training table before sampling (T_warm).</summary>
    public int TestEpochs { get; init; } = 30;

    /// <summary>Gradient clipping norm of the z and x steps, in the fit and at inference.</summary>
    public double ClipGradNorm { get; init; } = 25.0;

    /// <summary>Retained posterior draws of a chain.</summary>
    public int NMcmc { get; init; } = 1000;

    /// <summary>Warm-up sweeps of a chain, discarded.</summary>
    public int BurnIn { get; init; } = 1000;

    /// <summary>Chains.</summary>
    public int NChains { get; init; } = 4;

    /// <summary>Initial leapfrog step size.</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>Leapfrog steps of each HMC update.</summary>
    public int NumLeapfrogSteps { get; init; } = 5;
}

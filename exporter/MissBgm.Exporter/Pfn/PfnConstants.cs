namespace MissBgm.Exporter.Pfn;

/// <summary>
/// Numbers of the PFN-Flow network that are no weights: what trains it and what is emitted of it read them here, for the flow was trained
/// on what they make.
/// </summary>
public static class PfnConstants
{
    /// <summary>Highest of the frequencies by which the flow's time is shown to it.</summary>
    public const double LargestFrequency = 64;

    /// <summary>Every so many columns are hidden together to see how well they are told.</summary>
    public const int Folds = 4;

    /// <summary>A guess's weight is its mean absolute error to the power of minus this.</summary>
    public const double Sharpness = 10;

    /// <summary>Rows of a larger leverage in the Gaussian's fit count as of this.</summary>
    public const double LargestLeverage = 0.9;

    /// <summary>Bandwidths of the neighbours' weights, in units of the distance to the nearest row.</summary>
    public static double[] Bandwidths { get; } = [0.3, 1.2, 5];

    /// <summary>A bandwidth's part that does not shrink with the nearest row's distance: rounding does not decide among copies of a row.</summary>
    public const double BandwidthFloor = 1e-3;

    /// <summary>Squared distance of a row from itself, which is not to count.</summary>
    public const double Far = 1e5;

    /// <summary>Expected squared difference of two independent standardised values.</summary>
    public const double UnknownDistance = 2;

    /// <summary>Guesses of a row's class: a regression's, and for two ways to count the columns one of near rows for each bandwidth.</summary>
    public static int ClassGuesses => 1 + 2 * Bandwidths.Length;

    /// <summary>Rows that the classes' frequencies are given beforehand, half a row a class.</summary>
    public const double PriorRows = 1;

    /// <summary>Shares of the classes among near rows begin with this much of their frequencies.</summary>
    public const double PriorShare = 0.1;

    /// <summary>What a column counts for at least, in units of the one that tells most of the class.</summary>
    public const double LeastRelevance = 0.01;

    /// <summary>A regression of the classes is taken to leave at least this share of their variance.</summary>
    public const double SmallestShareLeft = 0.05;

    /// <summary>What the guesses of a row's class are multiplied by on their way into its label's token.</summary>
    public const double ScoreScale = 0.5;

    /// <summary>How far a class's guesses count at the start, in the order of the guesses; a network learns for which rows more or less.</summary>
    public static double[] StartingTrust { get; } = [0.6, 0, 0, 0, 0, 0, 0.4];

    /// <summary>Weights that come to less than this in a column say nothing of it.</summary>
    public const double SmallestWeight = 1e-6;

    /// <summary>Standardised values beyond this are cut off.</summary>
    public const double StandardisedLimit = 8;

    /// <summary>Bars of a cell's distribution, between the standardised limit's negative and itself.</summary>
    public const int Bars = 64;

    /// <summary>The bars' edges are evenly spaced hyperbolic sines up to this: half of the bars lie within 1.7 standard deviations.</summary>
    public const double BarCurvature = 3;

    /// <summary>Variances of cells below this count as this.</summary>
    public const double SmallestCellVariance = 1e-8;

    /// <summary>A feature that varies less than this over the context keeps its unit.</summary>
    public const double SmallestVariance = 1e-10;

    /// <summary>Rounds of expectation-maximisation after the zero-filled start.</summary>
    public const int Rounds = 4;

    /// <summary>Conjugate-gradient steps of a linear solve.</summary>
    public const int SolverSteps = 8;

    /// <summary>The ridge of a long context.</summary>
    public const double Ridge = 0.01;

    /// <summary>The ridge grows by this times features / context rows.</summary>
    public const double RidgeSlope = 0.3;

    /// <summary>Conditional means and residuals beyond this are cut off.</summary>
    public const double GuessLimit = 3;

    /// <summary>Keeps the quotients of a solved row finite.</summary>
    public const double Tiny = 1e-10;

    /// <summary>Conditional precisions below this count as this.</summary>
    public const double SmallestPrecision = 1e-3;

    /// <summary>Variance guard of layer normalisations.</summary>
    public const double NormEpsilon = 1e-5;
}

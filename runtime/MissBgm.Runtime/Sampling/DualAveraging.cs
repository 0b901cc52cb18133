namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Adapts each row's step size to a target acceptance probability by dual averaging (Hoffman and Gelman 2014, Algorithm 5, with its
/// constants); freezing takes the averaged iterate.
/// </summary>
public sealed class DualAveraging
{
    private const double Shrinkage = 0.05;     // gamma
    private const double Offset = 10;          // t0
    private const double Forgetting = 0.75;    // kappa
    private readonly double _target;
    private readonly double _centre;           // mu
    private readonly double[] _statistic;      // H-bar
    private readonly double[] _logAverage;     // log of epsilon-bar
    private int _updates;

    /// <summary>Starts all rows from one step size.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="initialStepSize">Step size of the first update.</param>
    /// <param name="targetAcceptance">Acceptance probability to aim at.</param>
    public DualAveraging(int rows, double initialStepSize, double targetAcceptance)
    {
        _target = targetAcceptance;
        _centre = Math.Log(10 * initialStepSize);
        _statistic = new double[rows];
        _logAverage = new double[rows];
        StepSize = new float[rows];
        Array.Fill(StepSize, (float)initialStepSize);
    }

    /// <summary>The step sizes to use next, [rows].</summary>
    public float[] StepSize { get; }

    /// <summary>Learns from the acceptance probabilities of the last update, [rows].</summary>
    public void Update(double[] acceptance)
    {
        ArgumentNullException.ThrowIfNull(acceptance);
        _updates++;
        var weight = 1.0 / (_updates + Offset);
        var decay = Math.Pow(_updates, -Forgetting);
        for (var row = 0; row < StepSize.Length; row++)
        {
            _statistic[row] += weight * (_target - acceptance[row] - _statistic[row]);
            var logStep = _centre - Math.Sqrt(_updates) / Shrinkage * _statistic[row];
            _logAverage[row] += decay * (logStep - _logAverage[row]);
            StepSize[row] = (float)Math.Exp(logStep);
        }
    }

    /// <summary>Ends the adaptation: the averaged step sizes from here on.</summary>
    public void Freeze()
    {
        if (_updates == 0) return;
        for (var row = 0; row < StepSize.Length; row++) StepSize[row] = (float)Math.Exp(_logAverage[row]);
    }
}

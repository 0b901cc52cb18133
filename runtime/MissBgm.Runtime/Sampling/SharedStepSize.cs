namespace MissBgm.Runtime.Sampling;

/// <summary>
/// One step size for all rows, adapted to their mean acceptance probability, as the paper's sampler has it (MissBGM Section 4.3).
/// </summary>
internal sealed class SharedStepSize
{
    private readonly DualAveraging _adaptation;

    internal SharedStepSize(int rows, double initialStepSize, double targetAcceptance)
    {
        _adaptation = new DualAveraging(1, initialStepSize, targetAcceptance);
        Values = new float[rows];
        Array.Fill(Values, (float)initialStepSize);
    }

    /// <summary>The step size, once for each row.</summary>
    internal float[] Values { get; }

    internal void Update(double[] acceptance)
    {
        _adaptation.Update([acceptance.Average()]);
        Array.Fill(Values, _adaptation.StepSize[0]);
    }

    internal void Freeze()
    {
        _adaptation.Freeze();
        Array.Fill(Values, _adaptation.StepSize[0]);
    }
}

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// How much work goes into the mixtures of a table. Small tables cost some seconds and have all of it. On others one fit tells what a mixture is worth,
/// those without weight on the first choice of hidden cells are not tried on the second, and EM is ended early.
/// </summary>
/// <param name="Starts">Trial fits of each mixture.</param>
/// <param name="Iterations">Most EM iterations of a fit.</param>
/// <param name="Screens">Whether the first choice of hidden cells decides which mixtures are tried on the others.</param>
/// <param name="Sweeps">Most Gibbs sweeps of a draw of the parameters.</param>
internal readonly record struct MixtureEffort(int Starts, int Iterations, bool Screens, int Sweeps)
{
    // Rows * columns^2.
    private const double MostWorkOfSmall = 1e5;

    /// <summary>Rows of the tallest table that has all of it.</summary>
    public static int MostRowsOfSmall(int columns) => (int)(MostWorkOfSmall / ((double)columns * columns));

    /// <summary>The effort for a table of so many rows and columns.</summary>
    public static MixtureEffort Of(int rows, int columns) => (double)rows * columns * columns <= MostWorkOfSmall
        ? new(GeneratorChoice.Starts, Iterations: 60, Screens: false, Sweeps: 20)
        : new(Starts: 1, Iterations: 30, Screens: true, Sweeps: 10);
}

using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// What one pass of an ensemble sees: features in an order of its own (a random subset where the table has more than the network), training
/// rows (a random subset where there are more than allowed) and classes renumbered at random. Where there are more classes than the network
/// has, each pass merges them at random into as many balanced groups (an error-correcting output code): passes together tell all classes
/// apart.
/// </summary>
/// <param name="Features">Indices of the features.</param>
/// <param name="Context">Indices of the training rows.</param>
/// <param name="Groups">The group of each class.</param>
/// <param name="GroupCount">Number of groups.</param>
internal sealed record EnsembleMember(int[] Features, int[] Context, int[] Groups, int GroupCount)
{
    // Streams of random numbers a member takes: for its features, its rows and its classes.
    private const int Streams = 3;

    public static EnsembleMember Draw(Philox random, int number, int features, int rows, int classes, PfnManifest limits, int maximumContext)
    {
        var order = random.Permutation(features, RandomPurpose.Ensemble, number * Streams);
        var context = rows <= maximumContext
            ? Enumerable.Range(0, rows).ToArray()
            : random.Permutation(rows, RandomPurpose.Ensemble, number * Streams + 1)[..maximumContext];
        var groupCount = Math.Min(classes, limits.Classes);
        var places = random.Permutation(classes, RandomPurpose.Ensemble, number * Streams + 2);
        return new EnsembleMember(order[..Math.Min(features, limits.Features)], context, Array.ConvertAll(places, place => place % groupCount), groupCount);
    }

    /// <summary>
    /// Passes needed: as asked for, but with more classes than the network has, enough to give every pair of classes several chances to be
    /// told apart.
    /// </summary>
    public static int Count(int asked, int classes, int networkClasses) =>
        classes <= networkClasses ? asked : Math.Max(asked, 4 * (int)Math.Ceiling(Math.Log2(classes)));
}

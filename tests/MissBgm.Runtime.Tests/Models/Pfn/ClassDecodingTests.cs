using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tests.Models.Pfn;

public class ClassDecodingTests
{
    private const int Classes = 19;
    private const int NetworkClasses = 10;

    [Theory]
    [InlineData(0.9, 3)]
    [InlineData(0.5, 0)]
    [InlineData(1.0 / Classes, 7)]
    public void Passes_that_agree_give_the_classes_probabilities(double share, int likeliest)
    {
        double[] truth = [.. Enumerable.Range(0, Classes).Select(k => k == likeliest ? share : (1 - share) / (Classes - 1))];
        var groups = Groups();
        var passes = groups.Select(own => Enumerable.Range(0, Classes)
            .Select(k => (float)Enumerable.Range(0, Classes).Where(j => own[j] == own[k]).Sum(j => truth[j])).ToArray()).ToArray();
        var decoded = ClassDecoding.Run([.. passes.Select(pass => pass.Concat(pass).ToArray())], groups, rows: 2);
        Assert.Equal(2 * Classes, decoded.Length);
        Assert.All(Enumerable.Range(0, 2 * Classes), i => Assert.Equal(truth[i % Classes], decoded[i], 2e-3));
    }

    // A group without any probability in one pass leaves its classes none, and the others share what there is.
    [Fact]
    public void Groups_of_probability_zero_are_no_fault()
    {
        int[][] groups = [[0, 0, 1], [0, 1, 1]];
        var decoded = ClassDecoding.Run([[1, 1, 0], [0, 1, 1]], groups, 1);
        Assert.Equal(1.0, decoded.Sum(), 1e-9);
        Assert.InRange(decoded[1], 0.99, 1.0);
    }

    private static int[][] Groups() =>
        [.. Enumerable.Range(0, EnsembleMember.Count(8, Classes, NetworkClasses)).Select(pass =>
            Array.ConvertAll(new Philox(42).Permutation(Classes, RandomPurpose.Ensemble, pass), place => place % NetworkClasses))];
}

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>Scores of predicted class probabilities.</summary>
internal static class RankScores
{
    /// <summary>The chance that a row of the class is given a higher score than a row that is not, ties counting half; NaN where either is lacking.</summary>
    public static double Auc(float[] scores, bool[] isClass)
    {
        var (positives, negatives) = (isClass.Count(is_ => is_), isClass.Count(is_ => !is_));
        if (positives == 0 || negatives == 0) return double.NaN;
        var (wins, below) = (0.0, 0.0);
        foreach (var tied in Enumerable.Range(0, scores.Length).GroupBy(i => scores[i]).OrderBy(group => group.Key))
        {
            var (right, wrong) = (tied.Count(i => isClass[i]), tied.Count(i => !isClass[i]));
            wins += right * (below + 0.5 * wrong);
            below += wrong;
        }

        return wins / positives / negatives;
    }

    /// <summary>The area of each class against the rest, averaged over the classes that can be judged; of two classes it is the second's.</summary>
    /// <param name="probabilities">[rows, room].</param>
    /// <param name="room">Classes the network has room for.</param>
    /// <param name="labels">The rows' classes.</param>
    /// <param name="classes">Number of classes.</param>
    public static double Auc(float[] probabilities, int room, int[] labels, int classes)
    {
        var areas = Enumerable.Range(0, classes)
            .Select(k => Auc([.. labels.Select((_, row) => probabilities[row * room + k])], Array.ConvertAll(labels, label => label == k)));
        return areas.Where(area => !double.IsNaN(area)).DefaultIfEmpty(double.NaN).Average();
    }
}

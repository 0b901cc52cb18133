namespace MissBgm.Exporter.Graphs;

/// <summary>What a set of tensors depends on.</summary>
internal static class Reachable
{
    /// <summary>The tensors and all they are computed from, in the order of creation, so that inputs come before what uses them.</summary>
    public static IReadOnlyList<Tensor> From(IEnumerable<Tensor> outputs)
    {
        var seen = new HashSet<Tensor>();
        var pending = new Stack<Tensor>(outputs);
        while (pending.TryPop(out var tensor))
        {
            if (!seen.Add(tensor)) continue;
            foreach (var input in tensor.Inputs) pending.Push(input);
        }

        return [.. seen.OrderBy(tensor => tensor.Id)];
    }
}

using TorchSharp;
using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class ShapeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ViewsShareMemory()
    {
        var x = arange(6, ScalarType.Float64);
        var view = x.view(2, 3);
        view[1, 2] = tensor(50.0);
        Equal([0, 1, 2, 3, 4, 50], x);
        Assert.Equal([3, 2], view.t().shape);
        Assert.False(view.t().is_contiguous());
        Assert.Equal([1, 3], view.t().stride());
    }

    [Fact]
    public void RearrangementsHaveTheirShapesAndOrder()
    {
        var x = arange(24, ScalarType.Float64).reshape(2, 3, 4);
        Assert.Equal([4, 2, 3], x.permute(2, 0, 1).shape);
        Assert.Equal([2, 4, 3], x.transpose(1, 2).shape);
        Assert.Equal([6, 4], x.flatten(0, 1).shape);
        Assert.Equal([1, 2, 3, 4], x.unsqueeze(0).shape);
        Assert.Equal([2, 3, 4], x.unsqueeze(0).squeeze(0).shape);
        Assert.Equal([5, 3], ones(3).expand(5, 3).shape);
        Assert.Equal([4, 3], ones(2, 3).repeat(2, 1).shape);
        Assert.Equal(4, x.size(-1));
        Equal([2, 1, 0], arange(3).flip(0));
        Equal([2, 0, 1], arange(3).roll(1));
        Equal([4, 5, 6, 7], x.select(0, 0).select(0, 1));
        Equal([1, 2], arange(4).narrow(0, 1, 2));
        Equal([0, 2], arange(4).slice(0, 0, 4, 2));
        Equal([0, 0, 1, 1], arange(2).repeat_interleave(2));
    }

    [Fact]
    public void SplittingAndJoiningAreInverse()
    {
        var x = arange(10, ScalarType.Float64).reshape(2, 5);
        var parts = x.split([2, 3], 1);
        Assert.Equal([2, 2], parts[0].shape);
        Assert.Equal([2, 3], parts[1].shape);
        Assert.True(cat(parts, 1).Equals(x));
        Assert.True(stack(x.unbind()).Equals(x));
        Assert.Equal(3, x.split(2, 1).Length);
        Assert.Equal(2, x.chunk(2, 1).Length);
        Equal([1, 2, 3, 4], cat([Row(1, 2), Row(3, 4)]));
    }

    [Fact]
    public void BracketsReadAndWrite()
    {
        var x = arange(12, ScalarType.Float64).reshape(3, 4);
        Equal(6, x[1, 2]);
        Equal([8, 9, 10, 11], x[-1]);
        Equal([1, 5, 9], x[.., 1]);
        Equal([1, 2, 5, 6], x[..2, 1..3]);
        Equal([3, 7, 11], x[TensorIndex.Ellipsis, -1]);
        Equal([0, 2, 4, 6], x[TensorIndex.Slice(0, 2), TensorIndex.Slice(step: 2)]);
        Assert.Equal([3, 1, 4], x[TensorIndex.Colon, TensorIndex.None].shape);
        Equal([8, 9, 10, 11, 0, 1, 2, 3], x[tensor(new long[] { 2, 0 })]);
        Equal([9, 1], x[TensorIndex.Tensor(tensor(new long[] { 2, 0 })), 1]);
        Equal([9, 1], x[.., 1][tensor(new long[] { 2, 0 })]);
        Equal([10, 11], x[x > 9]);

        x[0] = zeros(4, ScalarType.Float64);
        x[.., 3] = tensor(-1.0);
        x[x > 9] = tensor(9.0);
        Equal([0, 0, 0, -1, 4, 5, 6, -1, 8, 9, 9, -1], x);
    }

    [Fact]
    public void ElementsMoveByIndexAndMask()
    {
        var x = Pairs(1, 2, 3, 4, 5, 6);
        var rows = tensor(new long[] { 2, 0 });
        Equal([5, 6, 1, 2], x.index_select(0, rows));
        x.index_copy_(0, rows, Pairs(50, 60, 10, 20));
        Equal([10, 20, 3, 4, 50, 60], x);
        x.index_add_(0, rows, Pairs(1, 1, 2, 2), 10);
        Equal([30, 40, 3, 4, 60, 70], x);
        Equal([40, 3, 70], x.gather(1, tensor(new long[] { 1, 0, 1 }, 3, 1)));
        x.scatter_(1, tensor(new long[] { 0, 1, 0 }, 3, 1), Row(-1, -2, -3).unsqueeze(1));
        Equal([-1, 40, 3, -2, -3, 70], x);
        Equal([0, 40, 3, 0, 0, 70], x.masked_fill(x < 0, 0));
        x.masked_fill_(x < 0, 7);
        Equal([7, 40, 3, 7, 7, 70], x);
        Equal([40, 70], x.masked_select(x > 10));
        Equal([0, 1, 2, 1], nonzero(x > 10));
    }

    [Fact]
    public void DiagonalsAndTriangles()
    {
        var x = Pairs(1, 2, 3, 4);
        Equal([1, 4], x.diagonal());
        Equal([1, 0, 0, 2], diag(Row(1, 2)));
        Equal([1, 0, 0, 4], diag_embed(x.diagonal()));
        Equal([1, 0, 3, 4], x.tril());
        Equal([0, 2, 0, 0], x.triu(1));
    }

    [Fact]
    public void LessUsualRearrangements()
    {
        var x = arange(6, ScalarType.Float64).reshape(2, 3);
        Assert.Equal([3, 2], x.movedim([0], [1]).shape);
        Assert.Equal([1, 2, 1, 3], x.unflatten(0, 1, 2).unsqueeze(2).shape);
        Assert.Equal([2, 3], x.unsqueeze(0).squeeze().shape);
        Assert.Equal([4, 3], x.tile([2, 1]).shape);
        Assert.Equal([2, 2, 3], x.broadcast_to(2, 2, 3).shape);
        Assert.True(x.T.Equals(x.mT));
        Equal([0, 1, 1], arange(2).repeat_interleave(tensor(new long[] { 1, 2 })));
        Equal([1, 2, 3, 4], hstack(Row(1, 2), Row(3, 4)));
        Equal([1, 2, 3, 4], vstack([Row(1, 2), Row(3, 4)]));
        Equal([1, 3, 2, 4], column_stack(Row(1, 2), Row(3, 4)));
        var grid = meshgrid([arange(2), arange(3)]);
        Equal([0, 0, 0, 1, 1, 1], grid[0]);
        Equal([0, 1, 2, 0, 1, 2], grid[1]);
        Equal([2, 1, 2, 3, 2], nn.functional.pad(Row(1, 2, 3).reshape(1, 1, 3), [1, 1], PaddingModes.Reflect));
        var other = zeros(1);
        other.set_(ones(2, 2));
        Assert.Equal([2, 2], other.shape);
    }

    [Fact]
    public void ScattersAddAndFill()
    {
        var places = tensor(new long[] { 0, 0, 2 });
        Equal([3, 0, 3], zeros(3, ScalarType.Float64).scatter_add_(0, places, Row(1, 2, 3)));
        Equal([3, 0, 3], zeros(3, ScalarType.Float64).scatter_add(0, places, Row(1, 2, 3)));
        Equal([0, 5, 0], zeros(3, ScalarType.Float64).scatter(0, tensor(new long[] { 1 }), Row(5)));
        Equal([7, 2, 7], Row(1, 2, 3).index_fill_(0, tensor(new long[] { 0, 2 }), 7));
        Equal([1, 2, 3], Row(1, 2, 3).index_add(0, places, zeros(3, ScalarType.Float64), 1));
        Equal([9, 2, 3], Row(1, 2, 3).index_copy(0, tensor(new long[] { 0 }), Row(9)));
        Equal([3, 1], Row(1, 2, 3).take(tensor(new long[] { 2, 0 })));
        Equal([2, 3], Pairs(1, 2, 3, 4).take_along_dim(tensor(new long[] { 1, 0 }, 2, 1), 1));
        Equal([8, 2, 9], Row(1, 2, 3).masked_scatter(tensor(new[] { true, false, true }), Row(8, 9)));
        Equal([8, 2, 9], Row(1, 2, 3).masked_scatter_(tensor(new[] { true, false, true }), Row(8, 9)));
    }
}

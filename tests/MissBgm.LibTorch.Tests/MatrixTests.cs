using TorchSharp;
using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class MatrixTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _a = Pairs(1, 2, 3, 4);
    private readonly Tensor _spd = Pairs(4, 2, 2, 3);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Products()
    {
        Equal([7, 10, 15, 22], _a.mm(_a));
        Equal([7, 10, 15, 22], matmul(_a, _a));
        Equal([5, 11], _a.mv(Row(1, 2)));
        Equal(11, Row(1, 2).dot(Row(3, 4)));
        Equal([3, 4, 6, 8], outer(Row(1, 2), Row(3, 4)));
        Equal([7, 10, 15, 22], _a.unsqueeze(0).bmm(_a.unsqueeze(0)));
        Equal([2.5, 3, 3.5, 4], ones_like(_a).addmm(_a, eye(2, dtype: ScalarType.Float64), 2, 0.5f));
        Equal([1.5, 2, 2.5, 3], ones(1, 2, 2, ScalarType.Float64).baddbmm(_a.unsqueeze(0), eye(2, dtype: ScalarType.Float64).unsqueeze(0), 1, 0.5f));
        Equal([7, 15, 10, 22], einsum("ij,jk->ki", _a, _a));
        Equal([0, 5, 5, 0], cdist(Pairs(0, 0, 3, 4), Pairs(0, 0, 3, 4)));
    }

    [Fact]
    public void Factorisations()
    {
        var l = linalg.cholesky(_spd);
        Equal([2, 0, 1, Math.Sqrt(2)], l);
        Equal(0, linalg.cholesky_ex(_spd).info);
        Equal([0.375, -0.25, -0.25, 0.5], linalg.inv(_spd));
        Equal([0.5, 1], linalg.solve(_spd, Row(4, 4)));
        Equal([0.5, 1], cholesky_solve(Pairs(4, 4).reshape(2, 1), l));
        Equal([2, 2 / Math.Sqrt(2)], linalg.solve_triangular(l, Row(4, 4).unsqueeze(1), upper: false));
        var (sign, logarithm) = linalg.slogdet(_spd);
        Equal(1, sign);
        Equal(Math.Log(8), logarithm);
        Equal([(7 - Math.Sqrt(17)) / 2, (7 + Math.Sqrt(17)) / 2], linalg.eigh(_spd).Item1);
        var (u, s, vh) = linalg.svd(_a);
        Assert.True(allclose(u.mul(s).mm(vh), _a));
        var (q, r) = linalg.qr(_a);
        Assert.True(allclose(q.mm(r), _a));
    }

    [Fact]
    public void GradientsOfFactorisations()
    {
        GradientMatchesDifferences(x => linalg.cholesky(x.mm(x.t()) + eye(2, dtype: ScalarType.Float64)), _a);
        GradientMatchesDifferences(x => linalg.solve(x, Row(1, 2)), _spd);
        GradientMatchesDifferences(x => linalg.slogdet(x).Item2, _spd);
        GradientMatchesDifferences(x => einsum("ij,kj->ik", x, x.exp()), _a);
    }

    [Fact]
    public void OpenBlasIsTheOneThatSharesOpenMpThreads()
    {
        _a.mm(_a);
        var loaded = File.ReadLines("/proc/self/maps").Where(line => line.Contains("libopenblas")).ToList();
        Assert.All(loaded, line => Assert.Contains("openmp", line));
    }

    [Fact]
    public void LessUsualProductsAndFactorisations()
    {
        Equal([6, 12], ones(2, ScalarType.Float64).addmv(_a, Row(1, 2)));
        Equal([8, 11, 16, 23], ones_like(_a).addmm_(_a, _a));
        Equal([7, 10, 15, 22], tensordot(_a, _a, [1], [0]));
        Equal([7, 10, 15, 22], linalg.multi_dot([_a, _a]));
        Equal([0.375, -0.25, -0.25, 0.5], inverse(_spd));
        Equal([0.375, -0.25, -0.25, 0.5], linalg.pinv(_spd));
        Equal(8, det(_spd));
        Equal(8, linalg.det(_spd));
        Equal(Math.Log(8), logdet(_spd));
        Equal([(7 - Math.Sqrt(17)) / 2, (7 + Math.Sqrt(17)) / 2], linalg.eigvalsh(_spd));
        Equal([(7 + Math.Sqrt(17)) / 2, (7 - Math.Sqrt(17)) / 2], linalg.svdvals(_spd));
        Equal(Math.Sqrt(33), linalg.norm(_spd));
        Equal([6, 5], linalg.vector_norm(_spd, 1, [1]));
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static class linalg
    {
        public enum QRMode
        {
            Reduced = 0,
            Complete = 1,
            R = 2,
        }

        public static Tensor cholesky(Tensor input) => Aten.linalg_cholesky.Tensor(input);

        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false) =>
            Aten.linalg_cholesky_ex.Two(input, false, check_errors);

        public static Tensor inv(Tensor input) => Aten.linalg_inv.Tensor(input);

        public static Tensor det(Tensor input) => Aten.linalg_det.Tensor(input);

        public static (Tensor, Tensor) slogdet(Tensor input) => Aten.linalg_slogdet.Two(input);

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Aten.linalg_solve.Tensor(A, B, left);

        public static Tensor solve_triangular(Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false) =>
            Aten.linalg_solve_triangular.Tensor(A, B, upper, left, unitriangular);

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Aten.linalg_eigh.Two(input, UPLO.ToString());

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Aten.linalg_eigvalsh.Tensor(input, UPLO.ToString());

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) => Aten.linalg_svd.Three(input, fullMatrices);

        public static Tensor svdvals(Tensor input) => Aten.linalg_svdvals.Tensor(input);

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced) =>
            Aten.linalg_qr.Two(input, mode == QRMode.R ? "r" : mode == QRMode.Complete ? "complete" : "reduced");

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Aten.linalg_pinv_atol_rtol_float.Tensor(input, atol, rtol, hermitian);

        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_vector_norm.Tensor(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_norm.Tensor(input, Argument.None, dims, keepdim);

        public static Tensor multi_dot(IList<Tensor> tensors) => Aten.linalg_multi_dot.Tensor(tensors.ToArray());
    }
}

//! A request as a plain value.

use super::{Fields, Form, Identity};

/// What is sent, octet by octet: nothing is normalised on the way.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, in the case in which it is sent.
    pub method: String,
    /// The absolute URI.
    pub uri: String,
    /// The header fields; `Host` and `Content-Length` come from the connection.
    pub fields: Fields,
    /// The content.
    pub body: Vec<u8>,
    /// The certificate that the connection presents if it is asked for one.
    pub identity: Option<Identity>,
}

impl Request {
    /// A request without content.
    pub fn get(uri: &str) -> Self {
        let mut request =
            Self { method: "GET".into(), uri: uri.into(), fields: Fields::default(), body: Vec::new(), identity: None };
        // Without this field any content coding would do (RFC 9110 §12.5.3), and none is undone here.
        request.fields.set("Accept-Encoding", "identity");
        request
    }

    /// A form, posted.
    pub fn post(uri: &str, form: &Form) -> Self {
        let mut request = Self { method: "POST".into(), ..Self::get(uri) };
        request.fields.set("Content-Type", Form::MEDIA_TYPE);
        request.set_form(form);
        request
    }

    /// The content read as a form.
    pub fn form(&self) -> Form {
        Form::parse(&self.body)
    }

    /// Replaces the content by a form.
    pub fn set_form(&mut self, form: &Form) {
        self.body = form.encode().into_bytes();
    }

    /// Changes the form in the content.
    pub fn edit_form(&mut self, edit: impl FnOnce(&mut Form)) {
        let mut form = self.form();
        edit(&mut form);
        self.set_form(&form);
    }

    /// The same once more; none, if the server may have read it and may remember it: a client assertion (RFC 7523 §3) and
    /// a proof of possession (RFC 9449 §11.1) are good once.
    pub fn once_more(&self, was_read: bool) -> Option<Self> {
        let good_once = || self.fields.get("DPoP").is_some() || self.form().count("client_assertion") > 0;
        (!was_read || !good_once()).then(|| self.clone())
    }

    /// Scheme and authority of the URI: where the server stands.
    pub fn base(&self) -> &str {
        self.uri.split_at(self.path_start()).0
    }

    /// The path of the URI.
    pub fn path(&self) -> &str {
        let path = self.uri.split_at(self.path_start()).1;
        if path.is_empty() { "/" } else { path.split('?').next().unwrap_or(path) }
    }

    /// Where the authority ends.
    fn path_start(&self) -> usize {
        let authority = self.uri.find("://").map_or(0, |scheme| scheme + "://".len());
        let slash = self.uri.get(authority..).and_then(|rest| rest.find('/'));
        slash.map_or(self.uri.len(), |slash| authority + slash)
    }

    /// The parameters in the query of the URI.
    pub fn query(&self) -> Form {
        Form::parse(self.uri.split_once('?').map_or("", |(_, query)| query).as_bytes())
    }
}

/// Method and path only: everything else may hold a credential.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({} {}, {} octets)", self.method, self.path(), self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_in_any_uri() {
        let path = |uri: &str| Request::get(uri).path().to_owned();
        assert_eq!(path("https://as.example/a/token?x=/y"), "/a/token");
        assert_eq!(path("https://as.example"), "/");
        assert_eq!(path("/token"), "/token");
    }

    #[test]
    fn a_server_stands_before_the_path() {
        let base = |uri: &str| Request::get(uri).base().to_owned();
        assert_eq!(base("https://as.example:8443/a/token?x=/y"), "https://as.example:8443");
        assert_eq!(base("http://127.0.0.1:1"), "http://127.0.0.1:1");
        assert_eq!(base("/token"), "");
    }

    #[test]
    fn debug_shows_no_credential() {
        let mut form = Form::default();
        form.append("client_secret", "hunter2");
        let mut request = Request::post("http://a/token?client_secret=hunter2", &form);
        request.fields.set("Authorization", "Basic hunter2");
        assert!(!format!("{request:?} {:?} {form:?}", request.fields).contains("hunter2"));
    }
}
